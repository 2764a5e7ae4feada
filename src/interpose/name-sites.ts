import { syncBuiltinESMExports } from 'node:module';
import { failInForm, slowInForm } from './call-form.js';
import { calledFrom } from './called-from.js';
import { isEnclosed } from './enclosed-calls.js';
import type { CallSite } from './find-call-sites.js';
import { askedName, type NameFunction, nameFunctions } from './name-functions.js';
import type { PlatformCall } from './platform-call.js';
import { postponeInForm } from './race/postpone.js';

/** The functions that look names up, as sites that are chosen by their names. */
export function nameSites(): readonly CallSite[] {
  return nameFunctions().map((one) => ({
    name: `dns.${one.method}`,
    component: 'dns',
    method: one.method,
    holder: one.holder,
    key: one.method,
    platform: nameCall(one),
    byNameOnly: true,
  }));
}

function nameCall({ method, holder, form }: NameFunction): PlatformCall {
  // What the platform gives back for a call with a callback: an object without anything in it.
  const answer = (given: unknown) => (form === 'callback' ? (given ?? {}) : given);
  return {
    subjectOf(args) {
      if (isEnclosed()) return null;
      const asked = askedName(method, form, args);
      return asked === null
        ? null
        : {
            peer: { host: asked.host, port: 0 },
            query: asked.query,
            caller: () => calledFrom(Reflect.get(holder, method)),
          };
    },
    enclose: (makeCall) => makeCall(),
    changed: syncBuiltinESMExports,
    fail: (call, failure) => answer(failInForm(form, call, failure)),
    slow: (call, slowness) => answer(slowInForm(form, call, slowness)),
    postpone: (call, hold) =>
      form === 'sync'
        ? call.proceed()
        : postponeInForm(form, call, hold, { starts: 'free', answers: 'free' }),
  };
}
