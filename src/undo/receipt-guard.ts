import { basename, isAbsolute, normalize } from 'node:path';
import type { ProcessIdentity, Receipt, ReceiptKind } from '../model/receipt.js';

type Check = (value: unknown) => boolean;
type Fields = Readonly<Record<string, { readonly check: Check; readonly optional?: true }>>;

const text: Check = (value) => typeof value === 'string' && value.length > 0 && value.length <= 4_096;
const texts: Check = (value) => Array.isArray(value) && value.every(text);
// Never 0 or below, which signals whole groups, nor 1, which is init.
const endable: Check = (value) => isProcessIdentity(value) && value.pid > 1;
const allEndable: Check = (value) => Array.isArray(value) && value.every(endable);
const ownDirectory: Check = (value) =>
  typeof value === 'string' &&
  text(value) &&
  isAbsolute(value) &&
  normalize(value) === value &&
  basename(value).startsWith('chaosx-');

const ownClockDirectory: Check = (value) =>
  ownDirectory(value) && /^chaosx-[\w-]{1,200}-clock$/.test(basename(String(value)));

const openFiles: Check = (value) => typeof value === 'string' && /^(\d{1,20}|unlimited)$/.test(value);
const lowered: Check = (value) =>
  Array.isArray(value) &&
  value.every((one) => {
    if (!isRecord(one)) return false;
    const { before, during, ...identity } = one;
    return endable(identity) && openFiles(before) && openFiles(during);
  });
const folder: Check = (value) =>
  typeof value === 'string' && text(value) && isAbsolute(value) && normalize(value) === value;
const ownDiskFile: Check = (value) => typeof value === 'string' && /^\.chaosx-[\w.-]{1,200}$/.test(value);
const inode: Check = (value) => typeof value === 'string' && /^\d{1,20}$/.test(value);
const ownTable: Check = (value) => typeof value === 'string' && /^chaosx_\w{1,200}$/.test(value);

const controllers: Check = (value) =>
  Array.isArray(value) && value.every((one) => typeof one === 'string' && /^[a-z]{1,20}$/.test(one));
const elsewhere: Check = (value) =>
  Array.isArray(value) &&
  value.every((one) => {
    if (!isRecord(one)) return false;
    const { from, ...identity } = one;
    return endable(identity) && folder(from);
  });

const ownNamespace: Check = (value) => typeof value === 'string' && /^chaosx-[\w-]{1,200}$/.test(value);
const ownLink: Check = (value) => typeof value === 'string' && /^cx[0-9a-f]{10}$/.test(value);

const fieldsOf: Readonly<Record<ReceiptKind, Fields>> = {
  patch: { process: { check: isProcessIdentity }, sites: { check: texts } },
  toxic: { controlPath: { check: text }, toxicId: { check: text }, routes: { check: texts } },
  proxy: { directory: { check: ownDirectory }, process: { check: endable, optional: true } },
  'target-network': { name: { check: ownNamespace }, link: { check: ownLink } },
  'traffic-class': { table: { check: ownTable }, netns: { check: inode } },
  'nft-table': { table: { check: ownTable }, netns: { check: inode } },
  front: { directory: { check: ownDirectory }, process: { check: endable, optional: true } },
  agent: {
    process: { check: isProcessIdentity },
    directory: { check: ownDirectory },
    faultId: { check: text },
  },
  attach: { process: { check: isProcessIdentity } },
  'agent-directory': { directory: { check: ownDirectory } },
  helper: { program: { check: text } },
  'clock-directory': { directory: { check: ownClockDirectory } },
  'faked-clock': { process: { check: endable }, directory: { check: ownClockDirectory } },
  cgroup: {
    process: { check: endable },
    parent: { check: folder },
    name: { check: ownTable },
    home: { check: folder },
    enabled: { check: controllers, optional: true },
    others: { check: elsewhere, optional: true },
  },
  'file-limits': {
    process: { check: endable },
    limits: { check: lowered, optional: true },
  },
  'disk-file': {
    directory: { check: folder },
    name: { check: ownDiskFile },
    device: { check: inode, optional: true },
    inode: { check: inode, optional: true },
  },
  'paused-processes': {
    process: { check: endable },
    processes: { check: allEndable, optional: true },
  },
  'started-process': { program: { check: text }, process: { check: endable, optional: true } },
};

const commonFields: Fields = {
  kind: { check: text },
  id: { check: text },
  runId: { check: text },
  bootId: { check: text },
  expiresAt: { check: Number.isFinite },
};

/**
 * What keeps a value from being a receipt of that run, or null when it is one.
 * The union is closed: another kind or an unknown field is refused, so that a corrupt or hostile record is never acted on.
 */
export function receiptProblem(value: unknown, runId: string): string | null {
  if (!isRecord(value)) return 'not an object';
  const kind = value['kind'];
  if (typeof kind !== 'string' || !Object.hasOwn(fieldsOf, kind)) return 'unknown kind';
  const fields: Fields = { ...commonFields, ...fieldsOf[kind as ReceiptKind] };
  const unknownField = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
  if (unknownField !== undefined) return `unknown field ${JSON.stringify(unknownField.slice(0, 64))}`;
  const badField = Object.entries(fields).find(([name, { check, optional }]) =>
    Object.hasOwn(value, name) ? !check(value[name]) : optional !== true,
  );
  if (badField !== undefined) return `bad or missing ${badField[0]}`;
  return value['runId'] === runId ? null : 'of another run';
}

/** True when it is a receipt of that run; see `receiptProblem`. */
export function isReceipt(value: unknown, runId: string): value is Receipt {
  return receiptProblem(value, runId) === null;
}

/** True for a pid with a start time as /proc has them. */
export function isProcessIdentity(value: unknown): value is ProcessIdentity {
  return (
    isRecord(value) &&
    Object.keys(value).length === 2 &&
    Number.isSafeInteger(value['pid']) &&
    Number(value['pid']) > 0 &&
    typeof value['startTime'] === 'string' &&
    /^\d{1,20}$/.test(value['startTime'])
  );
}

/** True for an object as JSON.parse makes them, arrays and null excepted. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
