import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { isIP } from 'node:net';
import type { LookupError } from '../model/lookup.js';
import type { CallSite } from './find-call-sites.js';
import { holdProcess } from './hold-process.js';
import { attachLayer, type InterceptedCall, type Layer } from './patched-site.js';
import { systemError } from './system-error.js';

/** Says how a look-up is to fail; null: it does not. Never rejects. */
export type AskLookup = (host: string) => Promise<LookupError | null>;

const site = (holder: object, component: string): CallSite => ({
  name: `${component}.lookup`,
  component,
  method: 'lookup',
  holder,
  key: 'lookup',
});

/**
 * Asks about every name that this thread looks up by `dns.lookup` before it is: so whatever connects to a name (net, http,
 * fetch). Addresses are no names; `exempt` look-ups are not asked about.
 *
 * @param asks - false while nobody is there to be asked
 * @returns puts the functions back; idempotent. False when something else wrapped one of them since
 */
export function interceptLookups(ask: AskLookup, asks: () => boolean): () => boolean {
  const attachments = [
    attachLayer(site(dns, 'dns'), callbackLayer(ask, asks)),
    attachLayer(site(dns.promises, 'dns.promises'), promiseLayer(ask, asks)),
  ];
  // Named imports of a module of the platform are copies of its properties.
  syncBuiltinESMExports();
  return () => {
    const detached = attachments.map((attachment) => attachment.detach());
    syncBuiltinESMExports();
    return detached.every((outcome) => outcome === 'done');
  };
}

function callbackLayer(ask: AskLookup, asks: () => boolean): Layer {
  return {
    select: ([host, options, callback]) => {
      const given = typeof options === 'function' ? undefined : options;
      const called = typeof options === 'function' ? options : callback;
      return asks() && typeof called === 'function' && isName(host) && isTaken(given) ? 0 : -1;
    },
    act: (_n, call) => {
      const [host, options, last] = call.args;
      const callback = (typeof options === 'function' ? options : last) as (error: Error) => void;
      void asked(ask, host as string, call, (error) => {
        if (error === null) call.proceed();
        else callback(error);
      });
      // As for an address: a request without anything in it.
      return {};
    },
  };
}

function promiseLayer(ask: AskLookup, asks: () => boolean): Layer {
  return {
    select: ([host, options]) => (asks() && isName(host) && isTaken(options) ? 0 : -1),
    act: (_n, call) =>
      new Promise((resolve, reject) => {
        void asked(ask, call.args[0] as string, call, (error) => {
          if (error === null) resolve(call.proceed());
          else reject(error);
        });
      }),
  };
}

/** Asks, and answers in a tick of its own: what a callback throws is an uncaught exception as ever. */
async function asked(
  ask: AskLookup,
  host: string,
  { args }: InterceptedCall,
  answer: (error: Error | null) => void,
): Promise<void> {
  const letGo = holdProcess();
  const code = await ask(host);
  letGo();
  const error =
    code === null
      ? null
      : systemError(code, { component: host, method: 'lookup', args, peer: { host, port: 0 } });
  process.nextTick(answer, error);
}

function isName(host: unknown): boolean {
  return typeof host === 'string' && host !== '' && isIP(host) === 0;
}

/** False for options that the platform refuses with an error of its own, at once. */
function isTaken(options: unknown): boolean {
  if (options === undefined || options === null) return true;
  if (typeof options === 'number') return isFamily(options);
  if (typeof options !== 'object') return false;
  const { family = 0, hints = 0, all = false, verbatim = false, order } = options as Record<string, unknown>;
  return (
    isFamily(family) &&
    areHints(hints) &&
    isFlag(all) &&
    isFlag(verbatim) &&
    [undefined, null, 'ipv4first', 'ipv6first', 'verbatim'].includes(order as string)
  );
}

function areHints(hints: unknown): boolean {
  if (hints === null) return true;
  return typeof hints === 'number' && (hints & ~(dns.ADDRCONFIG | dns.ALL | dns.V4MAPPED)) === 0;
}

function isFlag(value: unknown): boolean {
  return value === null || typeof value === 'boolean';
}

function isFamily(family: unknown): boolean {
  return [0, 4, 6, 'IPv4', 'IPv6', null].includes(family as number);
}
