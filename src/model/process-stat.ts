/** What `/proc/PID/stat` says of a process. */
export interface ProcessStat {
  /** The program's name, at most 15 characters. */
  readonly name: string;
  /** One letter as in `ps`; `Z` (zombie) and `X` are dead. */
  readonly state: string;
  readonly parentPid: number;
  readonly groupId: number;
  /** Field 22, in clock ticks since boot: with the pid it tells a process from a later one. */
  readonly startTime: string;
}

/** Reads the text of `/proc/PID/stat` (proc(5)); null when it is not one. */
export function parseProcessStat(text: string): ProcessStat | null {
  // The name in parentheses may hold spaces and parentheses itself: fields count from the last one.
  const [state, parentPid, groupId, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const startTime = rest[16];
  if (state === undefined || startTime === undefined) return null;
  const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
  return { name, state, parentPid: Number(parentPid), groupId: Number(groupId), startTime };
}
