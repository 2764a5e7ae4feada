import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CrontabBlock } from '../campaign/schedule/crontab-block.js';
import { mergeCrontab } from '../campaign/schedule/merge-crontab.js';
import { ChaosError } from '../model/chaos-error.js';
import { stateFolder } from '../undo/state-directory.js';

export interface InstalledCrontab {
  readonly change: 'created' | 'updated' | 'unchanged';
  /** The crontab as it was before; null when there was none, or nothing changed. */
  readonly backup: string | null;
}

/**
 * Puts a block into this user's crontab, and keeps the one before in a file.
 *
 * @throws ChaosError when there is no `crontab` here, or it refuses: the crontab is then as it was
 */
export async function installCrontab(block: CrontabBlock, nowMs: number): Promise<InstalledCrontab> {
  const before = await readCrontab();
  const after = mergeCrontab(before, block);
  if (after === before) return { change: 'unchanged', backup: null };
  const backup = before === '' ? null : await keep(before, nowMs);
  const { code, stderr } = await crontab(['-'], after);
  if (code !== 0) throw failed('take the new lines', stderr);
  return { change: before.includes(block.begin) ? 'updated' : 'created', backup };
}

async function readCrontab(): Promise<string> {
  const { code, stdout, stderr } = await crontab(['-l'], '');
  if (code === 0) return stdout;
  // The one failure that means that there is nothing to lose.
  if (/no crontab for/i.test(stderr)) return '';
  throw failed('list its lines', stderr);
}

async function keep(text: string, nowMs: number): Promise<string> {
  const time = new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-');
  const path = join(await stateFolder('crontabs'), time);
  await writeFile(path, text, { mode: 0o600, flag: 'wx' });
  return path;
}

async function crontab(
  args: readonly string[],
  input: string,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  // Its words are looked at: they must not be translated.
  const child = spawn('crontab', args, { env: { ...process.env, LC_ALL: 'C' } });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // It may end before it has read all; its exit code says so.
  child.stdin.on('error', () => undefined).end(input);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stdout, stderr };
  } catch (cause) {
    throw new ChaosError('INVALID_INPUT', 'expected the command `crontab` on this machine, got none', {
      hint: 'install cron, or use --as systemd; without --install the line is only printed',
      cause,
    });
  }
}

function failed(action: string, stderr: string): ChaosError {
  return new ChaosError('STORAGE_FAILED', `crontab did not ${action}: ${stderr.trim()}`, {
    hint: 'see whether this user may use cron (/etc/cron.allow)',
  });
}
