import { closeSync, openSync, readSync } from 'node:fs';

/** How a program is loaded. */
export interface ElfLoading {
  /** As `e_machine` says it. */
  readonly machine: number;
  /** The dynamic linker; null for a program that is linked statically. */
  readonly interpreter: string | null;
  /** Libraries that it names itself. */
  readonly needed: readonly string[];
}

const elf64LittleEndian = '7f454c460201';
const [loadSegment, dynamicSegment, interpreterSegment] = [1, 2, 3];
const [neededTag, stringTableTag] = [1n, 5n];
/** Beyond any real one. */
const largestBytes = 64 * 1024 * 1024;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly bytes: number;
}

/** Reads a 64-bit little-endian ELF file by its program headers, which are there in stripped ones too; null for any other. */
export function readElfLoading(path: string): ElfLoading | null {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    const header = readAt(fd, 0, 64);
    if (!header.toString('hex').startsWith(elf64LittleEndian)) return null;
    const segments = segmentsOf(fd, header);
    const interpreter = segments.find(({ type }) => type === interpreterSegment);
    return {
      machine: header.readUInt16LE(18),
      interpreter:
        interpreter === undefined
          ? null
          : readAt(fd, interpreter.offset, interpreter.bytes).toString('latin1').replace(/\0.*$/s, ''),
      needed: neededBy(fd, segments),
    };
  } catch {
    return null;
  } finally {
    closeSync(fd);
  }
}

function segmentsOf(fd: number, header: Buffer): readonly Segment[] {
  const entryBytes = header.readUInt16LE(54);
  const count = header.readUInt16LE(56);
  const table = readAt(fd, Number(header.readBigUInt64LE(32)), entryBytes * count);
  return Array.from({ length: count }, (_, n) => {
    const at = n * entryBytes;
    return {
      type: table.readUInt32LE(at),
      offset: Number(table.readBigUInt64LE(at + 8)),
      address: Number(table.readBigUInt64LE(at + 16)),
      bytes: Number(table.readBigUInt64LE(at + 32)),
    };
  });
}

function neededBy(fd: number, segments: readonly Segment[]): readonly string[] {
  const dynamic = segments.find(({ type }) => type === dynamicSegment);
  if (dynamic === undefined) return [];
  const entries = readAt(fd, dynamic.offset, dynamic.bytes);
  const names: number[] = [];
  let strings = 0;
  for (let at = 0; at + 16 <= entries.length; at += 16) {
    const [tag, value] = [entries.readBigUInt64LE(at), Number(entries.readBigUInt64LE(at + 8))];
    if (tag === neededTag) names.push(value);
    if (tag === stringTableTag) strings = value;
  }
  const home = segments.find(
    ({ type, address, bytes }) => type === loadSegment && strings >= address && strings < address + bytes,
  );
  if (home === undefined) return [];
  return names.map((name) => {
    const offset = home.offset + strings - home.address + name;
    return readAt(fd, offset, 256, true).toString('latin1').replace(/\0.*$/s, '');
  });
}

function readAt(fd: number, offset: number, bytes: number, mayEnd = false): Buffer {
  if (bytes > largestBytes) throw new RangeError(`a table of ${bytes} bytes`);
  const buffer = Buffer.alloc(bytes);
  const read = readSync(fd, buffer, 0, bytes, offset);
  if (read < bytes && !mayEnd) throw new RangeError('the file ends before its tables do');
  return buffer;
}
