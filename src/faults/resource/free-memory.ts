import { readFileSync } from 'node:fs';

/** Memory that programs can still take without swapping (`MemAvailable` of `/proc/meminfo`), in bytes. */
export function availableMemory(): number {
  const [, kilobytes = '0'] = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8')) ?? [];
  return Number(kilobytes) * 1_024;
}
