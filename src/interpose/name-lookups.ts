import { syncBuiltinESMExports } from 'node:module';
import type { LookupError } from '../model/lookup.js';
import { callbackOf } from './callback-of.js';
import { holdProcess } from './hold-process.js';
import { askedName, type NameFunction, nameFunctions } from './name-functions.js';
import { attachLayer, type InterceptedCall, type Layer } from './patched-site.js';
import { systemError } from './system-error.js';

/** Says how a look-up is to fail; null: it does not. Never rejects. */
export type AskLookup = (host: string) => Promise<LookupError | null>;

/**
 * Asks about every name that this thread looks up before it is: by `dns.lookup`, and so whatever connects to a name (net,
 * http, fetch), and by asking name servers (`dns.resolve…`). Addresses are no names; `exempt` look-ups are not asked about.
 *
 * @param asks - false while nobody is there to be asked
 * @returns puts the functions back; idempotent. False when something else wrapped one of them since
 */
export function interceptLookups(ask: AskLookup, asks: () => boolean): () => boolean {
  const attachments = nameFunctions().map((one) => {
    const { holder, method } = one;
    const site = { name: `dns.${method}`, component: 'dns', method, holder, key: method };
    return attachLayer(site, layer(one, ask, asks));
  });
  // Named imports of a module of the platform are copies of its properties.
  syncBuiltinESMExports();
  return () => {
    const detached = attachments.map((attachment) => attachment.detach());
    syncBuiltinESMExports();
    return detached.every((outcome) => outcome === 'done');
  };
}

function layer({ method, form }: NameFunction, ask: AskLookup, asks: () => boolean): Layer {
  return {
    select: (args) => (asks() && askedName(method, form, args) !== null ? 0 : -1),
    act: (_n, call) => {
      const { host, query } = askedName(method, form, call.args) ?? { host: '', query: '' };
      const asked = (answer: (error: Error | null) => void) => void answerFor(ask, host, query, call, answer);
      if (form === 'promise') {
        return new Promise((resolve, reject) => {
          asked((error) => (error === null ? resolve(call.proceed()) : reject(error)));
        });
      }
      asked((error) => (error === null ? call.proceed() : callbackOf(call.args)?.(error)));
      // As for an address: a request without anything in it.
      return {};
    },
  };
}

/** Asks, and answers in a tick of its own: what a callback throws is an uncaught exception as ever. */
async function answerFor(
  ask: AskLookup,
  host: string,
  query: string,
  { args }: InterceptedCall,
  answer: (error: Error | null) => void,
): Promise<void> {
  const letGo = holdProcess();
  const code = await ask(host);
  letGo();
  const error = code === null ? null : lookupError(code, host, query, args);
  process.nextTick(answer, error);
}

/** That nobody answered properly is told as each of the two ways to look up tells it. */
function lookupError(code: LookupError, host: string, query: string, args: readonly unknown[]): Error {
  const said = code === 'EAI_AGAIN' && query !== 'getaddrinfo' ? 'ETIMEOUT' : code;
  return systemError(said, { component: host, method: 'lookup', args, peer: { host, port: 0 }, query });
}
