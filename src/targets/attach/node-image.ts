import { readFileSync, readlinkSync } from 'node:fs';
import { type ElfSymbols, readElfSymbols } from './elf-symbols.js';

/** `node::Start(int, char**)`: every Node exports it for add-ons, stripped or not; other runtimes have none. */
const nodeStart = '_ZN4node5StartEiPPc';
/** Where libuv keeps the handlers of signals that JavaScript asked for: a static variable, whose name some compilers number. */
const signalTrees = ['uv__signal_tree', 'uv__signal_tree.0'];

/** The Node in a process's memory. */
export interface NodeImage {
  /** Address of libuv's tree of signal handlers; null when the program was stripped of its symbols. */
  readonly signalTree: bigint | null;
}

/** The Node that a process runs, in its program or in a shared library; null when there is none to be seen. */
export function nodeImageOf(pid: number): NodeImage | null {
  const mappings = mappingsOf(pid);
  const libraries = mappings.filter(({ path }) => /\/libnode\.so/.test(path));
  const places = [
    { file: `/proc/${pid}/exe`, start: startOf(programOf(pid), mappings) },
    ...libraries.map(({ path, start }) => ({ file: `/proc/${pid}/root${path}`, start })),
  ];
  for (const { file, start } of places) {
    const symbols = readElfSymbols(file, [nodeStart, ...signalTrees]);
    if (symbols?.addresses.has(nodeStart)) return { signalTree: treeIn(symbols, start) };
  }
  return null;
}

function treeIn({ isRelative, addresses }: ElfSymbols, start: bigint | null): bigint | null {
  const address = signalTrees.map((name) => addresses.get(name)).find((known) => known !== undefined);
  if (address === undefined) return null;
  if (!isRelative) return address;
  return start === null ? null : start + address;
}

function programOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return null;
  }
}

interface Mapping {
  readonly start: bigint;
  readonly path: string;
}

/** Files mapped from their beginning. */
function mappingsOf(pid: number): readonly Mapping[] {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/maps`, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    const [, start, path] = /^([0-9a-f]+)-\S+ \S+ 0+ \S+ [1-9]\d* +(\/.*)$/.exec(line) ?? [];
    return start === undefined || path === undefined ? [] : [{ start: BigInt(`0x${start}`), path }];
  });
}

function startOf(path: string | null, mappings: readonly Mapping[]): bigint | null {
  return mappings.find((mapping) => mapping.path === path)?.start ?? null;
}
