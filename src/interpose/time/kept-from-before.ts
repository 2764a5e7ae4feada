import Module from 'node:module';
import { realClockFunctions, realTime } from './real-time.js';

const mostModules = 5_000;
const mostProperties = 100;

/**
 * How many exports of the CommonJS modules that are loaded hold a function of the platform's clocks from before, or extend
 * `Date` as it was: such code is not reached. What modules keep in variables of their own cannot be seen.
 */
export function countKeptFromBefore(): number {
  const { _cache: loaded = {} } = Module as unknown as {
    readonly _cache?: Readonly<Record<string, unknown>>;
  };
  let kept = 0;
  for (const module of Object.values(loaded).slice(0, mostModules)) {
    const exported = dataOf(module, 'exports');
    kept += isKept(exported) ? 1 : 0;
    if (typeof exported !== 'object' || exported === null) continue;
    for (const key of Reflect.ownKeys(exported).slice(0, mostProperties)) {
      kept += isKept(dataOf(exported, key)) ? 1 : 0;
    }
  }
  return kept;
}

function isKept(value: unknown): boolean {
  if (typeof value !== 'function') return false;
  return realClockFunctions.has(value) || Object.getPrototypeOf(value) === realTime.Date;
}

/** Never calls a getter. */
function dataOf(holder: unknown, key: PropertyKey): unknown {
  return typeof holder === 'object' && holder !== null
    ? Reflect.getOwnPropertyDescriptor(holder, key)?.value
    : undefined;
}
