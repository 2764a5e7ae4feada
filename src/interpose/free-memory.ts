import { readFileSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import { exempt } from './exempt.js';

/** Memory that programs can still take without swapping (`MemAvailable` of `/proc/meminfo`), in bytes. */
export function availableMemory(): number {
  const text = exempt(() => readFileSync('/proc/meminfo', 'utf8'));
  const [, kilobytes = '0'] = /^MemAvailable:\s+(\d+) kB$/m.exec(text) ?? [];
  return Number(kilobytes) * 1_024;
}

/** How far this thread's heap is from the size at which V8 ends the process, in bytes, and that size. */
export function availableHeap(): { readonly bytes: number; readonly limitBytes: number } {
  const { heap_size_limit: limitBytes, used_heap_size: usedBytes } = getHeapStatistics();
  return { bytes: limitBytes - usedBytes, limitBytes };
}
