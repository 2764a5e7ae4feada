import {
  brotliCompressSync,
  brotliDecompressSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateSync,
} from 'node:zlib';

interface Coding {
  readonly decode: (bytes: Buffer, maxOutputLength: number) => Buffer;
  readonly encode: (bytes: Buffer) => Buffer;
}

const identity: Coding = { decode: (bytes) => bytes, encode: (bytes) => bytes };
const gzip: Coding = {
  decode: (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength }),
  encode: gzipSync,
};

const codings: Readonly<Record<string, Coding>> = {
  '': identity,
  identity,
  gzip,
  'x-gzip': gzip,
  deflate: {
    decode: (bytes, maxOutputLength) => inflateSync(bytes, { maxOutputLength }),
    encode: deflateSync,
  },
  br: {
    decode: (bytes, maxOutputLength) => brotliDecompressSync(bytes, { maxOutputLength }),
    encode: (bytes) => brotliCompressSync(bytes),
  },
};

/** The coding of a body by its Content-Encoding headers; undefined when there is more than one, or one unknown. */
export function contentCoding(values: readonly string[]): Coding | undefined {
  return codings[values.join(',').trim().toLowerCase()];
}
