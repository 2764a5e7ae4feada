import type { Callable } from '../wrap-function.js';
import { realTime } from './real-time.js';
import type { ReplacedProperties } from './replaced-properties.js';
import { threadClocks } from './thread-clocks.js';

const { reads, wall, gate } = threadClocks;
const RealDate = realTime.Date;

/** An arrow, for it has no prototype, as `Date.now`. */
const now = (): number => {
  reads.wall += 1;
  return wall.now();
};

/**
 * Everything by which a program reads the wall clock: `Date`, dates that `Intl.DateTimeFormat` takes by default, and
 * `Temporal.Now` where it exists.
 */
export function patchWall(properties: ReplacedProperties): void {
  patchDate(properties);
  patchIntl(properties);
  patchTemporal(properties);
}

/**
 * A proxy is the same constructor in all but identity: its prototype, its statics, `instanceof` of dates and subclasses. `now`
 * is replaced on the constructor itself, so that it is ours for those, too, who took `Date` before.
 */
function patchDate(properties: ReplacedProperties): void {
  properties.value(RealDate, 'now', 'Date.now', () => now);
  const proxy: DateConstructor = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct(target, args, newTarget) {
      // A date at a given time is the same under any clock.
      if (newTarget === proxy) return args.length === 0 ? new RealDate(now()) : construct(args, target);
      return construct(args.length === 0 ? [now()] : args, newTarget);
    },
  });
  properties.value(globalThis, 'Date', 'Date', () => proxy);
  properties.value(RealDate.prototype, 'constructor', 'Date.prototype.constructor', () => proxy);
}

function construct(args: readonly unknown[], newTarget: unknown): object {
  return Reflect.construct(RealDate, args as [], newTarget as Callable) as object;
}

function patchIntl(properties: ReplacedProperties): void {
  const { prototype } = Intl.DateTimeFormat;
  properties.method(
    prototype,
    'formatToParts',
    'Intl.DateTimeFormat.prototype.formatToParts',
    gate,
    (original) => (thisArg, args) => Reflect.apply(original, thisArg, args[0] === undefined ? [now()] : args),
  );
  // The getter gives each format one function of its own, bound to it.
  const ours = new WeakMap<Callable, Callable>();
  properties.getter(prototype, 'format', 'Intl.DateTimeFormat.prototype.format', gate, (original) => {
    return (thisArg) => {
      const bound = Reflect.apply(original, thisArg, []) as Callable;
      const known = ours.get(bound);
      if (known !== undefined) return known;
      const format = (date?: unknown) => bound(date === undefined ? now() : date);
      Object.defineProperty(format, 'name', { value: bound.name, configurable: true });
      ours.set(bound, format);
      return format;
    };
  });
}

/** As much of `Temporal` as is needed; types of Node 20 know nothing of it. */
interface TemporalLike {
  readonly Instant: { fromEpochMilliseconds(ms: number): InstantLike };
  readonly Now: { timeZoneId(): string };
}
interface InstantLike {
  toZonedDateTimeISO(timeZone: unknown): ZonedLike;
}
interface ZonedLike {
  toPlainDateTime(): unknown;
  toPlainDate(): unknown;
  toPlainTime(): unknown;
}

function patchTemporal(properties: ReplacedProperties): void {
  const temporal = (globalThis as { readonly Temporal?: TemporalLike }).Temporal;
  if (temporal === undefined) return;
  const { Instant, Now } = temporal;
  const instant = () => Instant.fromEpochMilliseconds(now());
  const zoned = ([timeZone = Now.timeZoneId()]: readonly unknown[]) => instant().toZonedDateTimeISO(timeZone);
  const give = (key: string, make: (args: readonly unknown[]) => unknown) => {
    properties.method(Now, key, `Temporal.Now.${key}`, gate, () => (_, args) => make(args));
  };
  give('instant', instant);
  give('zonedDateTimeISO', zoned);
  give('plainDateTimeISO', (args) => zoned(args).toPlainDateTime());
  give('plainDateISO', (args) => zoned(args).toPlainDate());
  give('plainTimeISO', (args) => zoned(args).toPlainTime());
}
