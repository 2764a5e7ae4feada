/**
 * What a socket of the proxy buffers each way before its source is paused. Above what one read brings (64 KiB), so that
 * a destination which keeps up never pauses its source: with Node's 16 KiB every chunk did, which cost a tenth of the
 * throughput of bulk.
 */
export const bufferBytes = 131_072;
