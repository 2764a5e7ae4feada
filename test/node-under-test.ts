import { execFileSync } from 'node:child_process';

/** The Node in which targets of the agent's tests run: that of the tests, or the one that `npm run matrix` names. */
export const nodeUnderTest = process.env['CHAOSX_TEST_NODE'] ?? process.execPath;

/** Its version, e.g. `v22.23.3`. */
export function versionUnderTest(): string {
  return execFileSync(nodeUnderTest, ['--version'], { encoding: 'utf8' }).trim();
}
