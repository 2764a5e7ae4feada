import { lstat, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { ChaosError } from '../model/chaos-error.js';

/** Where undo journals and locks are kept, when it is not the user's own place. */
export interface StateOptions {
  /** Default: `$CHAOSX_STATE_DIR`, else `$XDG_STATE_HOME/chaosx`, else `~/.local/state/chaosx`. */
  readonly stateDirectory?: string | undefined;
}

/**
 * A folder of the user's own state directory, made with mode 0700 when it is missing.
 * Never in a project's folder: from there a hostile repository could have files of its choice undone.
 *
 * @throws ChaosError UNSAFE when it, or the state directory, is not a directory of this user that nobody else may enter
 * @throws ChaosError STORAGE_FAILED when it cannot be made
 */
export async function stateFolder(
  name: 'undo' | 'locks' | 'crontabs' | 'stop',
  options: StateOptions = {},
): Promise<string> {
  const root = rootOf(options, process.env);
  const folder = join(root, name);
  for (const path of [root, folder]) {
    try {
      await mkdir(path, { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw new ChaosError('STORAGE_FAILED', `expected to make the state directory ${path}`, {
        hint: 'set XDG_STATE_HOME to a folder that you may write to',
        cause,
      });
    }
    await requirePrivate(path);
  }
  return folder;
}

function rootOf(options: StateOptions, env: NodeJS.ProcessEnv): string {
  const given = options.stateDirectory ?? env['CHAOSX_STATE_DIR'];
  if (given !== undefined && given !== '') return resolve(given);
  const stateHome = env['XDG_STATE_HOME'];
  // The XDG specification: a relative path is to be ignored.
  const home =
    stateHome !== undefined && isAbsolute(stateHome) ? stateHome : join(homedir(), '.local', 'state');
  return join(home, 'chaosx');
}

async function requirePrivate(path: string): Promise<void> {
  const { uid, mode, ...stats } = await lstatOf(path);
  const problem = !stats.isDirectory
    ? 'it is not a directory'
    : uid !== process.geteuid?.()
      ? `it belongs to user ${uid}`
      : (mode & 0o077) !== 0
        ? `its mode is 0${(mode & 0o777).toString(8)}`
        : null;
  if (problem === null) return;
  throw new ChaosError(
    'UNSAFE',
    `expected ${path} to be this user's own directory with mode 0700: ${problem}`,
    {
      hint: 'what is undone is read from there: remove it, or `chmod 700` it after looking at what it holds',
    },
  );
}

async function lstatOf(path: string) {
  const stats = await lstat(path);
  return { uid: stats.uid, mode: stats.mode, isDirectory: stats.isDirectory() };
}
