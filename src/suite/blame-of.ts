import type { TestBlame } from '../model/suite.js';

/** `/abs/file.js:1:2`, `file:///…:1:2`, `node:internal/x:1:2`, `src/file.ts:1:2`, `tests/test_a.py:12`. */
const place = /(?:file:\/\/)?((?:\/|\.{0,2}\/|node:|[\w@])[\w@./+$~-]*):(\d+)(?::\d+)?/g;
const ofRunner =
  /(?:node_modules\/(?:\.pnpm\/.*\/)?(?:vitest|@vitest|vite-node|tinypool|jest|jest-[\w-]+|@jest|mocha|ava|tap|@tapjs|jasmine|jasmine-core)\/)|^node:internal\/(?:test_runner|main\/test_runner)|\/_?pytest\//;
const timedOut =
  /test timed out (?:in|after) \d+|exceeded timeout of \d+|timeout of \d+ ?ms exceeded|hook timed out in \d+|testTimeoutFailure|Failed: Timeout (?:\(?>|after )/i;

/**
 * What broke where a test failed, by what its report says: the runner, when places in its code are in the error and none
 * in the project's; its time limit, when it says so; the project otherwise.
 *
 * @param root - the folder of the project
 */
export function blameOf(failure: string, root: string): TestBlame {
  if (timedOut.test(failure)) return 'time-limit';
  // The project itself may be installed: what counts is what lies below it.
  const seen = (path: string) => (path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path);
  const places = [...failure.matchAll(place)].map(([, path = '']) => seen(path));
  const isOfRunner = (path: string) => ofRunner.test(path);
  const isOfProject = (path: string) =>
    !path.startsWith('node:') && !path.includes('node_modules/') && /\.\w+$/.test(path) && !isOfRunner(path);
  return places.some(isOfRunner) && !places.some(isOfProject) ? 'harness' : 'project';
}
