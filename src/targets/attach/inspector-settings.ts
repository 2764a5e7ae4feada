import type { Address } from '../../model/network.js';
import { environmentOf } from '../../undo/process-table.js';
import { argumentsOf } from '../command-of.js';

/** Where the inspector of a Node process listens, or would once it is asked to. */
export interface InspectorSettings {
  /** Port 0: any free one. */
  readonly address: Address;
  /** True when it was started with its inspector open. */
  readonly isOpenFromStart: boolean;
}

const defaultAddress: Address = { host: '127.0.0.1', port: 9229 };
const flag = /^--(inspect(?:-brk|-wait)?|inspect-port|debug-port)(?:=(.*))?$/;

/**
 * Reads the options that a Node process was started with, `NODE_OPTIONS` first, as Node does. What a script was given by
 * the same name is taken for Node's: who acts on it must look whether it is so.
 */
export function inspectorSettings(pid: number): InspectorSettings {
  let address = defaultAddress;
  let isOpenFromStart = false;
  const options = [...nodeOptions(pid), ...argumentsOf(pid).slice(1)];
  for (const [n, option] of options.entries()) {
    const [, name, attached] = flag.exec(option) ?? [];
    if (name === undefined) continue;
    const isPort = name.endsWith('-port');
    const value = attached ?? (isPort ? options[n + 1] : undefined);
    if (value !== undefined) address = placeOf(value);
    if (!isPort) isOpenFromStart = true;
  }
  return { address, isOpenFromStart };
}

function nodeOptions(pid: number): readonly string[] {
  const name = 'NODE_OPTIONS=';
  const variable = environmentOf(pid).find((one) => one.startsWith(name)) ?? name;
  return variable.slice(name.length).trim().split(/\s+/);
}

function placeOf(value: string): Address {
  const [, host, port] = /^(?:(.*):)?(\d+)$/.exec(value) ?? [];
  if (port === undefined) return { host: value, port: defaultAddress.port };
  return { host: host?.replace(/^\[(.*)\]$/, '$1') ?? defaultAddress.host, port: Number(port) };
}
