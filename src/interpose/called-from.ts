import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Whose code makes a call. */
export type Caller =
  /** This package: it must go on working while its faults are active. */
  | 'chaosx'
  /** The platform, as part of another call or of loading modules. */
  | 'platform'
  | 'program';

const partOfPlatform =
  /^node:(fs$|child_process$|dns$|internal\/(fs\/(?!streams)|modules|deps|source_map|process|bootstrap|main|dns|child_process))/;

/**
 * Tells by the stack who called a function directly. Costs some microseconds.
 *
 * @param callee - as it is found by its callers; what it calls itself is not looked at
 * @param through - files that only pass the call on, at most five frames of them
 */
export function calledFrom(callee: unknown, through?: RegExp): Caller {
  const file = typeof callee === 'function' ? fileOfCaller(callee, through) : null;
  if (file === null) return 'program';
  if (partOfPlatform.test(file)) return 'platform';
  return pathOf(file).startsWith(ownRoot) ? 'chaosx' : 'program';
}

// Kept, for a program may put its own in its place.
// oxlint-disable-next-line typescript/unbound-method -- it has no `this`
const { captureStackTrace } = Error;

// oxlint-disable-next-line typescript/no-unsafe-function-type -- whatever can be on the stack
function fileOfCaller(callee: Function, through?: RegExp): string | null {
  const { stackTraceLimit } = Error;
  const prepareStackTrace = Reflect.get(Error, 'prepareStackTrace');
  const holder: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = through === undefined ? 1 : 6;
    // The program's own would be asked to map names to their sources.
    Error.prepareStackTrace = (_error, sites) => sites;
    captureStackTrace(holder, callee);
    const files = (holder.stack as readonly NodeJS.CallSite[]).map((site) => site.getFileName() ?? null);
    return files.find((file) => through === undefined || file === null || !through.test(file)) ?? null;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace;
  }
}

function pathOf(file: string): string {
  return file.startsWith('file:') ? fileURLToPath(file) : file;
}

/** The folder of this package's code, `src` or `dist`, whatever of it this was bundled into. */
const ownRoot = rootOfCaller();

function rootOfCaller(): string {
  const own = pathOf(fileOfCaller(rootOfCaller) ?? '');
  return /^.*[\\/](?:src|dist)[\\/]/s.exec(own)?.[0] ?? `${dirname(own)}/`;
}
