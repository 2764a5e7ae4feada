import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { answerFetch } from './answer-fetch.js';
import { answerRequest } from './answer-request.js';
import { askedConnect } from './asked-connect.js';
import { askedFetch } from './asked-fetch.js';
import { askedRequest } from './asked-request.js';
import type { CallEffect } from './call-effect.js';
import { slowInForm } from './call-form.js';
import { connectSite } from './connect-site.js';
import { enclosedFetch, enclosedSync, isEnclosed, stopEnclosing } from './enclosed-calls.js';
import { failConnect } from './fail-connect.js';
import { failFetch } from './fail-fetch.js';
import { failRequest } from './fail-request.js';
import { fileSites } from './file-sites.js';
import type { CallSite } from './find-call-sites.js';
import { nameSites } from './name-sites.js';
import type { PlatformCall } from './platform-call.js';
import { processSites } from './process-sites.js';
import { postponeBySlowness, postponePromise } from './race/postpone.js';
import { slowConnect } from './slow-connect.js';
import { slowRequest } from './slow-request.js';

const fetchCall: PlatformCall = {
  subjectOf: (args) => (isEnclosed() ? null : askedFetch(args)),
  enclose: enclosedFetch,
  changed: (isPatched) => {
    if (!isPatched) stopEnclosing();
  },
  fail: failFetch,
  slow: (call, slowness) => slowInForm('promise', call, slowness),
  // A Request is taken at once: its body is used up from then on.
  postpone: (call, hold) =>
    postponePromise(call, hold, {
      starts: typeof call.args[0] === 'string' ? 'free' : 'now',
      answers: 'free',
    }),
  answer: answerFetch,
};

function requestCall(module: typeof http | typeof https): PlatformCall {
  const defaultPort = module === http ? 80 : 443;
  return {
    subjectOf(args) {
      const asked = isEnclosed() ? null : askedRequest(args, defaultPort);
      if (asked === null) return null;
      return { peer: asked.peer, paths: [asked.path], httpMethod: asked.httpMethod };
    },
    enclose: enclosedSync,
    // Named imports of a module of the platform are copies of its properties.
    changed: syncBuiltinESMExports,
    fail: (call, failure) => failRequest(call, failure, module.globalAgent),
    slow: slowRequest,
    postpone: (call, hold) => postponeBySlowness(slowRequest, call, hold),
    answer: (call, given) => answerRequest(call, given, module),
  };
}

const connectCall: PlatformCall = {
  subjectOf(args, thisArg, chosen) {
    const asked = isEnclosed() ? null : askedConnect(args);
    if (asked === null) return null;
    // The mark of an http.Agent, which may connect long after the request that it connects for.
    const ofAgent = Object.hasOwn(asked.options, '_agentKey');
    if (ofAgent && chosen.has(isTls(thisArg) ? 'https.request' : 'http.request')) return null;
    return { peer: { host: asked.host, port: asked.port } };
  },
  enclose: (makeCall) => makeCall(),
  changed: () => undefined,
  fail: failConnect,
  slow: slowConnect,
  postpone: (call, hold) => postponeBySlowness(slowConnect, call, hold),
};

function isTls(socket: unknown): boolean {
  return socket instanceof Socket && (socket as { readonly encrypted?: unknown }).encrypted === true;
}

/** The functions through which programs reach the network, names, files and other programs, as they are now. */
export function platformSites(): readonly CallSite[] {
  const [request, secureRequest] = [requestCall(http), requestCall(https)];
  return [
    {
      name: 'fetch',
      component: 'globalThis',
      method: 'fetch',
      holder: globalThis,
      key: 'fetch',
      platform: fetchCall,
    },
    ...(['request', 'get'] as const).flatMap((key): readonly CallSite[] => [
      { name: 'http.request', component: 'http', method: 'request', holder: http, key, platform: request },
      {
        name: 'https.request',
        component: 'https',
        method: 'request',
        holder: https,
        key,
        platform: secureRequest,
      },
    ]),
    { ...connectSite, platform: connectCall },
    ...nameSites(),
    ...fileSites(),
    ...processSites(),
  ];
}

/** Those of them by which an effect can be delivered. */
export function sitesForEffect({
  onPlatform = () => true,
  sites,
}: Pick<CallEffect, 'onPlatform' | 'sites'>): readonly CallSite[] {
  if (sites !== undefined) return sites();
  return platformSites().filter(({ platform }) => platform !== undefined && onPlatform(platform));
}
