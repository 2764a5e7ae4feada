// Compiles src to dist, then puts each entry point and what it needs into few files: loading hundreds costs more than
// half of the start of a small run. The single modules stay beside them, for tests and benches; they are not published.
import { spawnSync } from 'node:child_process';
import { build, transform } from 'esbuild';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const entryPoints = [
  'index',
  'testing/index',
  'cli/main',
  'watchdog',
  'proxy/index',
  'proxy/main',
  'faults/resource/busy-worker',
  'faults/resource/helper/burden',
  'faults/network/kernel/sampler',
];

if (process.argv.includes('--clean')) rmSync('dist', { recursive: true, force: true });
const compiler = 'node_modules/@typescript/native/bin/tsc';
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (status === 0) await bundle();
process.exitCode = status ?? 1;

async function bundle() {
  rmSync('dist/chunks', { recursive: true, force: true });
  // The maps of what tsc wrote there are not those of bundles.
  for (const entry of entryPoints) rmSync(`dist/${entry}.js.map`, { force: true });
  const { metafile } = await build({
    entryPoints: entryPoints.map((entry) => `src/${entry}.ts`),
    outdir: 'dist',
    outbase: 'src',
    chunkNames: 'chunks/[name]-[hash]',
    allowOverwrite: true,
    bundle: true,
    splitting: true,
    external: Object.keys(dependencies),
    format: 'esm',
    platform: 'node',
    target: 'node20',
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    metafile: true,
    logLevel: 'warning',
  });
  await bundleAgent();
  for (const [path, { inputs }] of Object.entries(metafile.outputs)) {
    if (!path.endsWith('.js')) continue;
    if (Object.keys(inputs).some((input) => input.startsWith('node_modules/echarts/'))) await minify(path);
  }
  // What is inside asks for its licences to be beside it.
  writeLicences('dist/chunks/LICENCES.txt', ['echarts/NOTICE', 'echarts/LICENSE', 'zrender/LICENSE']);
  writeLicences('dist/agent/LICENCES.txt', ['acorn/LICENSE', 'fastest-levenshtein/LICENSE.md']);
  chmodSync('dist/cli/main.js', 0o755);
}

/** In targets, beside code of any age and format: CommonJS, and as little of it as a target needs. */
async function bundleAgent() {
  // The names of what is shared change.
  for (const file of readdirSync('dist/agent')) if (file.endsWith('.cjs')) rmSync(`dist/agent/${file}`);
  const options = {
    outdir: 'dist/agent',
    outExtension: { '.js': '.cjs' },
    entryNames: '[name]',
    bundle: true,
    platform: 'node',
    target: 'node20',
    // Each process of a target reads them at its start. Names stay, for stack traces.
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: 'warning',
    // What is attached is a function, and nothing else.
    logOverride: { 'commonjs-variable-in-esm': 'silent' },
  };
  const entries = (names) => names.map((name) => `src/agent/${name}.ts`);
  await build({
    ...options,
    entryPoints: entries(['preload', 'attached', 'modules/module-code']),
    format: 'cjs',
  });
  // esbuild splits ES modules alone: what the agent and its faults both hold state in must be there once.
  const { outputFiles } = await build({
    ...options,
    entryPoints: {
      agent: 'src/agent/enter.ts',
      redirect: 'src/agent/redirect-through.ts',
      modules: 'src/agent/modules/open-modules.ts',
      'fault-code': 'src/agent/fault-code.ts',
    },
    chunkNames: 'shared-[hash]',
    format: 'esm',
    splitting: true,
    write: false,
  });
  for (const { path, text } of outputFiles) {
    const { code } = await transform(text, { format: 'cjs', target: 'node20', minifyWhitespace: true });
    writeFileSync(path, code);
  }
}

function writeLicences(path, licences) {
  const texts = licences.map((name) => `${name}\n\n${readFileSync(`node_modules/${name}`, 'utf8')}`);
  writeFileSync(path, texts.join('\n\n'));
}

/** The one chunk that is mostly others' code. */
async function minify(path) {
  const { code } = await transform(readFileSync(path, 'utf8'), { minify: true, format: 'esm' });
  writeFileSync(path, code);
}
