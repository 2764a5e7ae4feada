// Compiles src to dist, puts echarts into the one file that draws with it, and marks the command executable.
import { spawnSync } from 'node:child_process';
import { build } from 'esbuild';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

if (process.argv.includes('--clean')) rmSync('dist', { recursive: true, force: true });
const compiler = 'node_modules/@typescript/native/bin/tsc';
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (status === 0) {
  await build({
    entryPoints: ['src/report/charts/draw-svg.ts'],
    outfile: 'dist/report/charts/draw-svg.js',
    allowOverwrite: true,
    bundle: true,
    minify: true,
    legalComments: 'eof',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  });
  // What is inside asks for its licences to be beside it.
  const licences = ['echarts/NOTICE', 'echarts/LICENSE', 'zrender/LICENSE'];
  const texts = licences.map((name) => `${name}\n\n${readFileSync(`node_modules/${name}`, 'utf8')}`);
  writeFileSync('dist/report/charts/draw-svg.licences.txt', texts.join('\n\n'));
  // The map of what tsc wrote there is not that of the bundle.
  rmSync('dist/report/charts/draw-svg.js.map', { force: true });
}
if (existsSync('dist/cli/main.js')) chmodSync('dist/cli/main.js', 0o755);
process.exitCode = status ?? 1;
