import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { nodeUnderTest } from './node-under-test.js';

/** What a program said. */
export interface Said {
  /** Each line that it wrote, as JSON. */
  readonly lines: readonly unknown[];
  readonly stderr: string;
  readonly code: number | null;
}

export interface ProgramOptions {
  readonly patterns: readonly string[];
  /** Default: the first of the files. */
  readonly main?: string;
  /** False: the program runs as it would without an agent, and may load one from `LIVE_AGENT`. */
  readonly agent?: boolean;
  readonly nodeOptions?: readonly string[];
  /** Files that are imported before the main one. */
  readonly preloaded?: readonly string[];
}

/** Runs programs of a few files with the agent of `fixtures/modules-preload.ts` inside. */
export interface ModulePrograms extends Disposable {
  run(files: Readonly<Record<string, string>>, options: ProgramOptions): Promise<Said>;
}

export async function modulePrograms(): Promise<ModulePrograms> {
  const folder = mkdtempSync(join(tmpdir(), 'chaosx-modules-'));
  const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  await build({
    entryPoints: {
      'modules-preload': source('fixtures/modules-preload.ts'),
      'modules-live': source('fixtures/modules-live.ts'),
      'module-code': source('../src/agent/modules/module-code.ts'),
    },
    outdir: join(folder, 'agent'),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
  });
  const preload = join(folder, 'agent', 'modules-preload.cjs');
  let programs = 0;
  return {
    async run(files, options) {
      const { patterns, main = Object.keys(files)[0] ?? '', agent = true } = options;
      const { nodeOptions = [], preloaded = [] } = options;
      const root = join(folder, `program-${(programs += 1)}`);
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(root, name)), { recursive: true });
        writeFileSync(join(root, name), text);
      }
      const loaded = agent ? ['--require', preload] : [];
      const imports = preloaded.flatMap((name) => ['--import', pathToFileURL(join(root, name)).href]);
      return collect([...nodeOptions, ...imports, join(root, main)], {
        ...process.env,
        MODULES: JSON.stringify({ root, patterns }),
        LIVE_AGENT: join(folder, 'agent', 'modules-live.cjs'),
        NODE_OPTIONS: loaded.join(' '),
      });
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function collect(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Said> {
  const child = spawn(nodeUnderTest, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 30_000 });
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    return chunks;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const text = (chunks: Buffer[] | undefined) => Buffer.concat(chunks ?? []).toString();
  const lines = text(stdout).split('\n').filter(Boolean);
  return {
    lines: lines.map((line): unknown => {
      try {
        return JSON.parse(line);
      } catch {
        return line;
      }
    }),
    stderr: text(stderr),
    code,
  };
}
