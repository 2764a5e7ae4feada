import { execFileSync } from 'node:child_process';

/** The Node in which targets of the agent's tests run: that of the tests, or the one that `npm run matrix` names. */
export const nodeUnderTest = process.env['CHAOSX_TEST_NODE'] ?? process.execPath;

/** Its version, e.g. `[22, 23]`. */
export function versionUnderTest(): readonly [major: number, minor: number] {
  const text = execFileSync(nodeUnderTest, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return [major, minor];
}
