import { type CallForm, proceedWith } from './call-form.js';
import { callbackOf } from './callback-of.js';
import type { PlatformHit, ShortRead } from './platform-call.js';

/** A read as the platform understands it. */
interface AskedRead {
  readonly buffer: NodeJS.ArrayBufferView;
  readonly offset: number;
  readonly length: number;
  readonly position: unknown;
}

/** What a read is given when it says nothing. */
const defaultBytes = 16_384;

/**
 * Has one read of `fs.read`, `fs.readSync` or a FileHandle ask for fewer bytes, so that the next one goes on where it
 * ended; or, truncated, for none: then the file ends here.
 */
export function shortenRead(form: CallForm, isHandle: boolean, call: PlatformHit, short: ShortRead): unknown {
  const leading = isHandle ? [] : call.args.slice(0, 1);
  const asked = askedRead(call.args.slice(leading.length, form === 'callback' ? -1 : undefined));
  if (asked === null) return call.proceed();
  const { buffer, offset, length, position } = asked;
  const limit = short.mode === 'truncated' ? 0 : Math.max(1, Math.floor(length * short.share));
  if (limit >= length) return call.proceed();
  const args = [...leading, buffer, offset, limit, position];
  // A read that meets the end of the file before that is not short because of us.
  const isFelt = (bytesRead: unknown) => bytesRead === limit;
  switch (form) {
    case 'sync':
      return noted(call, short, call.proceed(args), isFelt);
    case 'promise':
      return (call.proceed(args) as Promise<{ readonly bytesRead: number }>).then((answer) =>
        noted(call, short, answer, ({ bytesRead }) => isFelt(bytesRead)),
      );
    case 'callback': {
      const callback = callbackOf(call.args);
      if (callback === null) return call.proceed();
      return proceedWith(
        call,
        (failed, bytesRead, ...more) => {
          if (failed === null) noted(call, short, bytesRead, isFelt);
          callback(failed, bytesRead, ...more);
        },
        [...args, null],
      );
    }
  }
}

function askedRead(given: readonly unknown[]): AskedRead | null {
  const [first, second, third, fourth] = given;
  const isView = ArrayBuffer.isView(first);
  const options = isView ? second : first;
  const inObject = options === undefined || options === null || typeof options === 'object';
  const named = (inObject ? (options ?? {}) : {}) as Partial<AskedRead>;
  const buffer = isView ? (first as NodeJS.ArrayBufferView) : (named.buffer ?? Buffer.alloc(defaultBytes));
  const offset = (inObject ? named.offset : second) ?? 0;
  const left = ArrayBuffer.isView(buffer) ? buffer.byteLength - Number(offset) : Number.NaN;
  const length = (inObject ? named.length : third) ?? left;
  const isSane = Number.isInteger(offset) && Number.isInteger(length) && Number(length) <= left;
  if (!isSane) return null;
  return {
    buffer,
    offset: offset as number,
    length: length as number,
    position: (inObject ? named.position : fourth) ?? null,
  };
}

/** Has a whole file end early. */
export function truncateFile(form: CallForm, call: PlatformHit, short: ShortRead): unknown {
  const cut = (content: unknown): unknown => {
    const whole = content as string | Buffer;
    const length = Math.floor(whole.length * short.share);
    return noted(
      call,
      short,
      typeof whole === 'string' ? whole.slice(0, length) : whole.subarray(0, length),
      () => length < whole.length,
    );
  };
  switch (form) {
    case 'sync':
      return cut(call.proceed());
    case 'promise':
      return (call.proceed() as Promise<unknown>).then(cut);
    case 'callback': {
      const callback = callbackOf(call.args);
      if (callback === null) return call.proceed();
      return proceedWith(call, (failed, content) =>
        failed === null ? callback(null, cut(content)) : callback(failed, content),
      );
    }
  }
}

function noted<T>(call: PlatformHit, { felt }: ShortRead, answer: T, isFelt: (answer: T) => boolean): T {
  if (!isFelt(answer)) return answer;
  felt();
  return call.observe(() => answer);
}
