import { existsSync } from 'node:fs';

const folders = [
  '/usr/lib/x86_64-linux-gnu/faketime',
  '/usr/lib/aarch64-linux-gnu/faketime',
  '/usr/lib64/faketime',
  '/usr/lib/faketime',
  '/usr/local/lib/faketime',
];

/** Where libfaketime for programs with threads is installed; null where it is not. */
export function faketimeLibrary(): string | null {
  return folders.map((folder) => `${folder}/libfaketimeMT.so.1`).find((path) => existsSync(path)) ?? null;
}
