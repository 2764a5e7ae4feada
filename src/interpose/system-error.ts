import { getSystemErrorMap } from 'node:util';
import type { CalledPeer, FaultedCall } from '../model/scenario-parameters.js';

/** How Node words an error of each kind, and which facts it adds. */
type Kind =
  | { readonly kind: 'stream'; readonly syscall: string }
  | { readonly kind: 'connect' }
  | { readonly kind: 'lookup'; readonly errnoName: string }
  | { readonly kind: 'query' }
  | { readonly kind: 'file'; readonly syscall: string; readonly namesPath: boolean };

const kinds = {
  ECONNRESET: { kind: 'stream', syscall: 'read' },
  EPIPE: { kind: 'stream', syscall: 'write' },
  ETIMEDOUT: { kind: 'connect' },
  ECONNREFUSED: { kind: 'connect' },
  EHOSTUNREACH: { kind: 'connect' },
  EAI_AGAIN: { kind: 'lookup', errnoName: 'EAI_AGAIN' },
  // Node's own name for what libuv calls EAI_NONAME.
  ENOTFOUND: { kind: 'lookup', errnoName: 'EAI_NONAME' },
  // What is said by name servers, or of them, by c-ares.
  ENODATA: { kind: 'query' },
  ESERVFAIL: { kind: 'query' },
  EREFUSED: { kind: 'query' },
  ETIMEOUT: { kind: 'query' },
  ENOSPC: { kind: 'file', syscall: 'write', namesPath: false },
  EAGAIN: { kind: 'file', syscall: 'read', namesPath: false },
  EIO: { kind: 'file', syscall: 'read', namesPath: false },
  EMFILE: { kind: 'file', syscall: 'open', namesPath: true },
  EACCES: { kind: 'file', syscall: 'open', namesPath: true },
  ENOENT: { kind: 'file', syscall: 'open', namesPath: true },
  EEXIST: { kind: 'file', syscall: 'open', namesPath: true },
  EISDIR: { kind: 'file', syscall: 'open', namesPath: true },
  ENFILE: { kind: 'file', syscall: 'open', namesPath: true },
  ENOTDIR: { kind: 'file', syscall: 'open', namesPath: true },
  EPERM: { kind: 'file', syscall: 'open', namesPath: true },
  EROFS: { kind: 'file', syscall: 'open', namesPath: true },
} as const satisfies Readonly<Record<string, Kind>>;

export type SystemErrorCode = keyof typeof kinds;

/** The codes that `systemError` makes. */
export const systemErrorCodes = Object.keys(kinds) as readonly SystemErrorCode[];

/** Where a connect of a function that does not say so would have gone. */
const unknownPeer: CalledPeer = { host: '127.0.0.1', port: 80 };

/**
 * An error as the platform makes it: same `code`, negative `errno`, `syscall`, further facts, order of keys and wording.
 * What a real one would name is taken from the call: the path is its first text argument, the host name its component.
 * The peer of a connect is that of a platform call, else 127.0.0.1:80; a name is not looked up.
 */
export function systemError(code: SystemErrorCode, call: FaultedCall): Error {
  if (call.query !== undefined && call.query !== 'getaddrinfo') return queryError(code, call.query, call);
  if (call.file !== undefined) return fileError(code, call.file);
  const kind: Kind = kindOf(code, call);
  const [errno, meaning] = numberAndMeaning(kind.kind === 'lookup' ? kind.errnoName : code);
  switch (kind.kind) {
    case 'stream':
      return errorWith(`${kind.syscall} ${code}`, { errno, code, syscall: kind.syscall });
    case 'connect': {
      const { host, port } = call.peer ?? unknownPeer;
      const address = host === 'localhost' ? '127.0.0.1' : host;
      return errorWith(`connect ${code} ${address}:${port}`, {
        errno,
        code,
        syscall: 'connect',
        address,
        port,
      });
    }
    case 'lookup': {
      const hostname = call.peer?.host ?? call.component;
      return errorWith(`getaddrinfo ${code} ${hostname}`, { errno, code, syscall: 'getaddrinfo', hostname });
    }
    case 'query':
      return queryError(code, 'queryA', call);
    case 'file': {
      const facts = { errno, code, syscall: kind.syscall };
      const text = `${code}: ${meaning}, ${kind.syscall}`;
      if (!kind.namesPath) return errorWith(text, facts);
      const path = call.args.find((arg) => typeof arg === 'string') ?? call.component;
      return errorWith(`${text} '${path}'`, { ...facts, path });
    }
  }
}

/** Codes of what can go wrong with bytes, once a file is open; on what is not open yet others are met. */
const ofWork: ReadonlySet<string> = new Set(['EAGAIN', 'ENOSPC', 'EIO', 'EPIPE', 'ECONNRESET', 'ETIMEDOUT']);

function fileError(
  code: SystemErrorCode,
  { path, destination, opens, works }: NonNullable<FaultedCall['file']>,
): Error {
  const [errno, meaning] = numberAndMeaning(code);
  const text = `${code}: ${meaning}`;
  if (opens === undefined || (works !== undefined && ofWork.has(code))) {
    const syscall = works ?? 'read';
    return errorWith(`${text}, ${syscall}`, { errno, code, syscall });
  }
  const names = destination === undefined ? `'${path}'` : `'${path}' -> '${destination}'`;
  return errorWith(`${text}, ${opens} ${names}`, {
    errno,
    code,
    syscall: opens,
    path,
    ...(destination !== undefined && { dest: destination }),
  });
}

function queryError(code: string, syscall: string, { peer, component }: FaultedCall): Error {
  const hostname = peer?.host ?? component;
  return errorWith(`${syscall} ${code} ${hostname}`, { errno: undefined, code, syscall, hostname });
}

/** Without a descriptor or a permission, it is the connect of a network call that fails. */
function kindOf(code: SystemErrorCode, { peer }: FaultedCall): Kind {
  return peer !== undefined && (code === 'EMFILE' || code === 'EACCES') ? { kind: 'connect' } : kinds[code];
}

function errorWith(message: string, facts: object): Error {
  return Object.assign(new Error(message), facts);
}

function numberAndMeaning(errnoName: string): readonly [errno: number, meaning: string] {
  for (const [errno, [name, meaning]] of getSystemErrorMap()) {
    if (name === errnoName) return [errno, meaning];
  }
  return [-1, 'unknown error'];
}
