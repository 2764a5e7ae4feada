import fs from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CalledFile } from '../model/scenario-parameters.js';
import type { Caller } from './called-from.js';
import type { CallSubject } from './call-subject.js';
import { exempt } from './exempt.js';
import type { FileMethod } from './file-methods.js';

// oxlint-disable-next-line typescript/unbound-method -- it has no `this`
const { readlinkSync } = fs;

/** The standard streams: what reads and writes these is no work on files. */
const lastStandardStream = 2;

/**
 * What a call of a method of `fs` is about; null for the standard streams, and for what is no path and no descriptor.
 *
 * @param descriptor - of the FileHandle whose method it is
 */
export function askedFile(
  { opens, works, hasDestination = false }: FileMethod,
  args: readonly unknown[],
  caller: () => Caller,
  descriptor?: number,
): CallSubject | null {
  const given = descriptor ?? args[0];
  if (typeof given === 'number') {
    if (given <= lastStandardStream || works === undefined) return null;
    return subjectOf({ works }, caller, () => pathsOfDescriptor(given));
  }
  const path = pathOf(given);
  if (path === null || opens === undefined) return null;
  const destination = hasDestination ? pathOf(args[1]) : null;
  if (hasDestination && destination === null) return null;
  const both = destination === null ? [path] : [path, destination];
  return subjectOf(
    { path, opens, ...(works && { works }), ...(destination !== null && { destination }) },
    caller,
    () => both.flatMap((one) => [one, resolve(one)]),
  );
}

/** Paths are found only when a selection asks for them. */
function subjectOf(file: CalledFile, caller: () => Caller, paths: () => readonly string[]): CallSubject {
  return {
    file,
    caller,
    get paths() {
      return paths();
    },
  };
}

function pathOf(given: unknown): string | null {
  if (typeof given === 'string') return isWhole(given) ? given : null;
  if (given instanceof URL) return given.protocol === 'file:' ? fileURLToPath(given) : null;
  return given instanceof Uint8Array ? Buffer.from(given).toString() : null;
}

/** The platform refuses a path with a null byte itself. */
function isWhole(path: string): boolean {
  return !path.includes('\0');
}

/** Where there is no /proc, what is open has no path. */
function pathsOfDescriptor(descriptor: number): readonly string[] {
  try {
    return [exempt(() => readlinkSync(`/proc/self/fd/${descriptor}`))];
  } catch {
    return [];
  }
}
