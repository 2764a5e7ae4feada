const packageManager = /(?:^|[\\/])(?:npm|npx|pnpm|pnpx|yarn|yarnpkg|corepack)(?:-cli)?(?:\.c?js)?$/;
const vitestMain = /(?:^|[\\/])vitest(?:\.mjs|[\\/]dist[\\/]cli\.js)?$/;

/** What a process tells of itself. */
export interface SelfOfProcess {
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isMainThread: boolean;
}

/**
 * True in processes of a test command that only start others, in which no test runs: package managers, `node --test`
 * where each file has a process of its own, and Vitest's main thread. Others (Jest, Mocha) may run tests themselves.
 */
export function isLauncher({ argv, execArgv, env, isMainThread }: SelfOfProcess): boolean {
  if (!isMainThread) return false;
  const program = argv[1] ?? '';
  if (packageManager.test(program) || vitestMain.test(program)) return true;
  const isInside = execArgv.some((arg) => /^--(?:experimental-)?test-isolation=none$/.test(arg));
  return execArgv.includes('--test') && env['NODE_TEST_CONTEXT'] === undefined && !isInside;
}
