/**
 * What a socket of the proxy buffers each way before its source is paused. Above what one read brings (256 KiB), so that
 * a destination which keeps up never pauses its source: else every chunk does, which costs a tenth of the throughput of
 * bulk.
 */
export const bufferBytes = 524_288;
