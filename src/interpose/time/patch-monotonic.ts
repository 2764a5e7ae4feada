import { performance } from 'node:perf_hooks';
import { realTime } from './real-time.js';
import type { ReplacedProperties } from './replaced-properties.js';
import { threadClocks } from './thread-clocks.js';

const { reads, gate } = threadClocks;
const nsPerS = 1_000_000_000n;

/**
 * Everything by which a program reads a monotonic clock. The platform's own figures (`performance.mark`, entries of resources,
 * `eventLoopUtilization`) stay real, and so does `performance.timeOrigin`.
 */
export function patchMonotonic(properties: ReplacedProperties): void {
  properties.method(
    ownerOf(performance, 'now'),
    'now',
    'performance.now',
    gate,
    (original) => (thisArg, args) => {
      reads.monotonic += 1;
      return threadClocks.performanceAt(Reflect.apply(original, thisArg, args) as number);
    },
  );
  // On the original, so that it is ours for those, too, who took `hrtime` before; what stands in for `hrtime` reads it there.
  properties.method(process.hrtime, 'bigint', 'process.hrtime.bigint', gate, () => hrtimeNs);
  properties.method(process, 'hrtime', 'process.hrtime', gate, (original) => (thisArg, args) => {
    // Refuses what is not a time.
    if (args[0] !== undefined) Reflect.apply(original, thisArg, args);
    const ns = hrtimeNs();
    const [seconds, nanoseconds] = [Number(ns / nsPerS), Number(ns % nsPerS)];
    return args[0] === undefined ? [seconds, nanoseconds] : since(args[0] as Hrtime, seconds, nanoseconds);
  });
  properties.method(process, 'uptime', 'process.uptime', gate, (original) => (thisArg, args) => {
    reads.monotonic += 1;
    return threadClocks.uptimeAt(Reflect.apply(original, thisArg, args) as number);
  });
}

type Hrtime = readonly [seconds: number, nanoseconds: number];

function hrtimeNs(): bigint {
  reads.monotonic += 1;
  return threadClocks.hrtimeAt(realTime.hrtimeNs());
}

/** As the platform: nanoseconds are never negative. */
function since(from: Hrtime, seconds: number, nanoseconds: number): Hrtime {
  const borrow = nanoseconds < from[1] ? 1 : 0;
  return [seconds - from[0] - borrow, nanoseconds - from[1] + borrow * 1e9];
}

/** Where a property stands that an object has or inherits. */
export function ownerOf(object: object, key: PropertyKey): object {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (Object.hasOwn(at, key)) return at;
  }
  return object;
}
