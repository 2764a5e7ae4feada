import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { readElfLoading } from './elf-loading.js';
import { faketimeLibrary } from './faketime-library.js';

const setuidOrSetgid = 0o6000;
const chunkBytes = 4 * 1024 * 1024;

/** Why libfaketime cannot be preloaded into these programs, and what to do instead; null when nothing speaks against it. */
export function preloadRefusal(programs: readonly string[]): string | null {
  const library = faketimeLibrary();
  if (library === null) return 'it takes libfaketime, which is not here: install it (Debian: libfaketime)';
  const machine = readElfLoading(library)?.machine;
  for (const path of programs) {
    const name = basename(path);
    const loading = readElfLoading(path);
    if (loading === null) continue;
    if (loading.interpreter === null)
      return `${name} is linked statically, as Go programs are, so that nothing can be preloaded: change the clock of what asks it`;
    if (loading.machine !== machine || loading.interpreter.includes('musl'))
      return `${name} is built for another machine or C library than ${library}: install the one that fits`;
    if ((statSync(path).mode & setuidOrSetgid) !== 0)
      return `${name} changes its user (setuid), for which nothing may be preloaded: start what it starts, as that user`;
    if (/^python\d/.test(name))
      return `${name} cannot sleep under libfaketime (time.sleep fails with EINVAL): change the clock of what asks it`;
    if (usesJemalloc(path, loading.needed))
      return `${name} uses jemalloc, with which libfaketime never gets it started: change the clock of what asks it, or pause it (process_pause)`;
  }
  return null;
}

/** As a library, or linked in: then its messages are. */
function usesJemalloc(path: string, needed: readonly string[]): boolean {
  return needed.some((library) => library.startsWith('libjemalloc')) || holdsText(path, '<jemalloc>: ');
}

function holdsText(path: string, text: string): boolean {
  const fd = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(chunkBytes + text.length);
    let kept = 0;
    for (;;) {
      const read = readSync(fd, buffer, kept, chunkBytes, null);
      if (read === 0) return false;
      const filled = buffer.subarray(0, kept + read);
      if (filled.includes(text)) return true;
      // What begins at the end of one chunk goes on in the next one.
      kept = Math.min(text.length, filled.length);
      filled.copyWithin(0, filled.length - kept);
    }
  } finally {
    closeSync(fd);
  }
}
