import { ApiError, badBody } from './api-error.js';
import { booleanField, jsonBody, listField, objectBody, textField } from './body-fields.js';
import type { ProxySpec } from './proxy-registry.js';
import type { JsonObject, JsonValue } from './read-json.js';
import { splitAddress } from '../listen-address.js';
import { misfit, type Protocol } from '../toxics/misfit.js';
import { type Dialect, newToxic } from './toxic-body.js';

/** The proxy that a body asks for. @throws ApiError 400 */
export function newProxy(text: string, dialect: Dialect): ProxySpec {
  return proxyFrom(objectBody(text), dialect, '');
}

/** All proxies that a body asks for, checked before any is made. @throws ApiError 400 */
export function newProxies(text: string, dialect: Dialect): readonly ProxySpec[] {
  const body = jsonBody(text);
  if (body === null) return [];
  if (!Array.isArray(body)) throw badBody('expected an array of proxies');
  return (body as readonly JsonValue[]).map((item, index) => {
    if (item !== null && !(item instanceof Map)) throw badBody(`expected an object at proxy ${index + 1}`);
    return proxyFrom((item as JsonObject | null) ?? new Map(), dialect, ` at proxy ${index + 1}`);
  });
}

/** What a body asks to be changed of a proxy. @throws ApiError 400 */
export function proxyChanges(text: string) {
  const body = objectBody(text);
  textField(body, 'name');
  const listen = textField(body, 'listen');
  const upstream = textField(body, 'upstream');
  const enabled = booleanField(body, 'enabled');
  return {
    ...(listen !== undefined && { listen }),
    ...(upstream !== undefined && { upstream }),
    ...(enabled !== undefined && { enabled }),
  };
}

function proxyFrom(body: JsonObject, dialect: Dialect, where: string): ProxySpec {
  const name = textField(body, 'name') ?? '';
  const upstream = textField(body, 'upstream') ?? '';
  const listen = textField(body, 'listen') ?? '';
  const enabled = booleanField(body, 'enabled') ?? true;
  if (name === '') throw new ApiError(400, `missing required field: name${where}`);
  if (upstream === '') throw new ApiError(400, `missing required field: upstream${where}`);
  const protocol = dialect === 'own' ? protocolFrom(body, where) : 'tcp';
  if (protocol === 'udp') checkAddress(upstream, where);
  return { name, protocol, listen, upstream, enabled, toxics: toxicsFrom(body, protocol, where) };
}

function checkAddress(text: string, where: string): void {
  try {
    splitAddress(text);
  } catch (error) {
    throw badBody(`${(error as Error).message}${where}`);
  }
}

function protocolFrom(body: JsonObject, where: string): Protocol {
  const protocol = textField(body, 'protocol') ?? 'tcp';
  if (protocol === 'tcp' || protocol === 'udp') return protocol;
  throw badBody(`expected protocol to be tcp, udp or http, got ${JSON.stringify(protocol)}${where}`);
}

/** Toxiproxy ignores toxics that come with a proxy; here they are there from its first connection on. */
function toxicsFrom(body: JsonObject, protocol: Protocol, where: string) {
  const names = new Set<string>();
  return (listField(body, 'toxics') ?? []).map((item) => {
    if (!(item instanceof Map)) throw badBody(`expected toxics to be objects${where}`);
    try {
      const dialect = protocol === 'udp' ? 'own' : 'classic';
      const spec = newToxic(item as JsonObject, dialect, (name) => names.has(name));
      const problem = misfit(spec.kind, protocol);
      if (problem !== null) throw badBody(problem);
      names.add(spec.name);
      return spec;
    } catch (error) {
      if (error instanceof ApiError) throw new ApiError(error.status, `${error.message}${where}`);
      throw error;
    }
  });
}
