import dns from 'node:dns';
import { areLookupOptions, isName } from './asked-lookup.js';
import type { CallForm } from './call-form.js';
import { callbackOf } from './callback-of.js';

/** The query that each method makes; `resolve` is told which. */
const queries: Readonly<Record<string, string>> = {
  resolve: 'A',
  resolve4: 'A',
  resolve6: 'Aaaa',
  resolveAny: 'Any',
  resolveCaa: 'Caa',
  resolveCname: 'Cname',
  resolveMx: 'Mx',
  resolveNaptr: 'Naptr',
  resolveNs: 'Ns',
  resolvePtr: 'Ptr',
  resolveSoa: 'Soa',
  resolveSrv: 'Srv',
  resolveTlsa: 'Tlsa',
  resolveTxt: 'Txt',
};

/** One function that answers for a name: by the system (`lookup`), or by asking name servers. */
export interface NameFunction {
  readonly method: string;
  readonly holder: object;
  readonly form: CallForm;
}

/** All of `dns`, `dns.promises` and their resolvers. */
export function nameFunctions(): readonly NameFunction[] {
  const methods = ['lookup', ...Object.keys(queries)];
  const holders: readonly (readonly [object, CallForm])[] = [
    [dns, 'callback'],
    [dns.promises, 'promise'],
    [dns.Resolver.prototype, 'callback'],
    [dns.promises.Resolver.prototype, 'promise'],
  ];
  return holders.flatMap(([holder, form]) =>
    methods
      .filter((method) => typeof Reflect.get(holder, method) === 'function')
      .map((method) => ({ method, holder, form })),
  );
}

/**
 * The name that a call asks for, and the system call or query by which it is asked; null for addresses, and for what the
 * platform refuses itself.
 */
export function askedName(
  method: string,
  form: CallForm,
  args: readonly unknown[],
): { readonly host: string; readonly query: string } | null {
  const [host] = args;
  if (!isName(host) || (form === 'callback' && callbackOf(args) === null)) return null;
  const given = args.slice(1, form === 'callback' ? -1 : undefined)[0];
  if (method === 'lookup') return areLookupOptions(given) ? { host, query: 'getaddrinfo' } : null;
  const query = method === 'resolve' && typeof given === 'string' ? recordQuery(given) : queries[method];
  return query === undefined ? null : { host, query: `query${query}` };
}

function recordQuery(type: string): string | undefined {
  const wanted = type.toLowerCase();
  return Object.values(queries).find((query) => query.toLowerCase() === wanted);
}
