import { readFileSync } from 'node:fs';

/** The arguments that a process was started with; empty when it has none (kernel threads, zombies) or is gone. */
export function argumentsOf(pid: number): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return text === '' ? [] : text.replace(/\0$/, '').split('\0');
  } catch {
    return [];
  }
}

const longestCommand = 80;

/** The command line of a process for people, shortened; null when it has none. */
export function commandOf(pid: number): string | null {
  const line = argumentsOf(pid).join(' ').trim();
  if (line === '') return null;
  return line.length <= longestCommand ? line : `${line.slice(0, longestCommand - 1)}…`;
}
