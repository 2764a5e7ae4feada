// npm run example NAME: compiles one example of examples/first-description/ or examples/faults/ and runs it, on Node 20 too.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const folders = ['examples/first-description', 'examples/faults'];
const examples = new Map(
  folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.ts') && file !== 'start-shop.ts')
      .map((file) => [file.slice(0, -'.ts'.length), folder]),
  ),
);
const name = process.argv[2] ?? '';
const folder = examples.get(name);
if (folder === undefined) {
  const names = [...examples.keys()].join('\n  ');
  console.error(`expected one of these names, got ${JSON.stringify(name)}:\n  ${names}`);
  process.exit(2);
}
// Beside the sources, so that the package finds itself by its name.
const output = mkdtempSync(join(folder, '.built-'));
try {
  const outfile = join(output, `${name}.mjs`);
  await build({
    entryPoints: [join(folder, `${name}.ts`)],
    outfile,
    bundle: true,
    packages: 'external',
    // What users have installed, and not the sources that the compiler's paths name.
    external: ['@testagentx/chaos'],
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  const child = spawn(process.execPath, ['--enable-source-maps', outfile], { stdio: 'inherit' });
  // Ctrl-C reaches the child by itself; we wait until it has reverted.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
} finally {
  rmSync(output, { recursive: true, force: true });
}
