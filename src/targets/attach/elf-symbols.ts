import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Where symbols of a program or library lie. */
export interface ElfSymbols {
  /** True when the addresses count from where the file is mapped. */
  readonly isRelative: boolean;
  /** The symbols that were asked for and that it has. */
  readonly addresses: ReadonlyMap<string, bigint>;
}

const elf64LittleEndian = '7f454c460201';
const dynamicObject = 3;
const symbolTable = 2;
const dynamicSymbolTable = 11;
const symbolBytes = 24;
/** Beyond any real one: what says more is no table. */
const largestTable = 512 * 1024 * 1024;

/** What is known by the file's identity, so that a program is read once however many processes run it. */
const known = new Map<string, ElfSymbols | null>();

/**
 * Looks symbols up in a 64-bit little-endian ELF file: those that it exports, and its own where it was not stripped.
 * null for any other file, and for one that cannot be read.
 *
 * @param path - may be `/proc/PID/exe`, which is there even when the file was removed or replaced since
 */
export function readElfSymbols(path: string, names: readonly string[]): ElfSymbols | null {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    const { dev, ino, mtimeMs, size } = fstatSync(fd);
    const key = [dev, ino, mtimeMs, size, ...names].join(' ');
    let symbols = known.get(key);
    if (symbols === undefined) {
      symbols = symbolsIn(fd, names);
      known.set(key, symbols);
    }
    return symbols;
  } catch {
    return null;
  } finally {
    closeSync(fd);
  }
}

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly bytes: number;
  /** Of a symbol table: the section that holds its names. */
  readonly link: number;
}

function symbolsIn(fd: number, names: readonly string[]): ElfSymbols | null {
  const header = readAt(fd, 0, 64);
  if (!header.toString('hex').startsWith(elf64LittleEndian)) return null;
  const sections = sectionsOf(fd, header);
  const addresses = new Map<string, bigint>();
  for (const section of sections) {
    const strings = sections[section.link];
    if (section.type !== symbolTable && section.type !== dynamicSymbolTable) continue;
    if (strings !== undefined) findIn(fd, section, strings, names, addresses);
  }
  return { isRelative: header.readUInt16LE(16) === dynamicObject, addresses };
}

function sectionsOf(fd: number, header: Buffer): readonly Section[] {
  const entryBytes = header.readUInt16LE(58);
  const count = header.readUInt16LE(60);
  const table = readAt(fd, Number(header.readBigUInt64LE(40)), entryBytes * count);
  return Array.from({ length: count }, (_, n) => {
    const at = n * entryBytes;
    return {
      type: table.readUInt32LE(at + 4),
      offset: Number(table.readBigUInt64LE(at + 24)),
      bytes: Number(table.readBigUInt64LE(at + 32)),
      link: table.readUInt32LE(at + 40),
    };
  });
}

function findIn(
  fd: number,
  section: Section,
  strings: Section,
  names: readonly string[],
  addresses: Map<string, bigint>,
): void {
  const text = readAt(fd, strings.offset, strings.bytes);
  const wanted = new Map<number, string>();
  for (const name of names) {
    const at = text.indexOf(`${name}\0`);
    if (at !== -1 && !addresses.has(name)) wanted.set(at, name);
  }
  if (wanted.size === 0) return;
  const symbols = readAt(fd, section.offset, section.bytes);
  for (let at = 0; at + symbolBytes <= symbols.length; at += symbolBytes) {
    const name = wanted.get(symbols.readUInt32LE(at));
    const address = name === undefined ? 0n : symbols.readBigUInt64LE(at + 8);
    // Zero: used here and defined elsewhere.
    if (name !== undefined && address !== 0n) addresses.set(name, address);
  }
}

function readAt(fd: number, offset: number, bytes: number): Buffer {
  if (bytes > largestTable) throw new RangeError(`a table of ${bytes} bytes`);
  const buffer = Buffer.alloc(bytes);
  let read = 0;
  while (read < bytes) {
    const more = readSync(fd, buffer, read, bytes - read, offset + read);
    if (more === 0) throw new RangeError('the file ends before its tables do');
    read += more;
  }
  return buffer;
}
