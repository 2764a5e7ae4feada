import { FieldError } from './fields.js';
import { httpProxyFrom, type HttpProxySpec } from './proxy-fields.js';

/** The proxies of a configuration by their kind. */
export interface SplitConfig {
  /** Without those that know HTTP, as text, because Toxiproxy reads JSON in its own way. */
  readonly classic: string;
  readonly http: readonly HttpProxySpec[];
}

/** @throws FieldError for an HTTP proxy that makes no sense; the others are not looked at */
export function splitConfig(text: string): SplitConfig {
  let items: unknown;
  try {
    items = JSON.parse(text);
  } catch {
    return { classic: text, http: [] };
  }
  if (!Array.isArray(items) || !items.some(isHttp)) return { classic: text, http: [] };
  const http = items.flatMap((item: unknown, index) => {
    if (!isHttp(item)) return [];
    try {
      return [httpProxyFrom(item)];
    } catch (error) {
      if (error instanceof FieldError) throw new FieldError(`${error.message}, at proxy ${index + 1}`);
      throw error;
    }
  });
  return { classic: JSON.stringify(items.filter((item) => !isHttp(item))), http };
}

function isHttp(item: unknown): boolean {
  return typeof item === 'object' && item !== null && 'protocol' in item && item.protocol === 'http';
}
