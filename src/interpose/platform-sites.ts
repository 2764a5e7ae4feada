import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { askedConnect } from './asked-connect.js';
import { askedFetch } from './asked-fetch.js';
import { askedRequest } from './asked-request.js';
import { connectSite } from './connect-site.js';
import { enclosedFetch, enclosedSync, isEnclosed } from './enclosed-calls.js';
import { failConnect } from './fail-connect.js';
import { failFetch } from './fail-fetch.js';
import { failRequest } from './fail-request.js';
import type { CallSite } from './find-call-sites.js';
import type { PlatformCall } from './platform-call.js';

const fetchCall: PlatformCall = {
  peerOf: (args) => (isEnclosed() ? null : askedFetch(args)),
  enclose: enclosedFetch,
  changed: () => undefined,
  fail: failFetch,
};

function requestCall(module: typeof http | typeof https): PlatformCall {
  const defaultPort = module === http ? 80 : 443;
  return {
    peerOf: (args) => (isEnclosed() ? null : (askedRequest(args, defaultPort)?.peer ?? null)),
    enclose: enclosedSync,
    // Named imports of a module of the platform are copies of its properties.
    changed: syncBuiltinESMExports,
    fail: (call, failure) => failRequest(call, failure, module.globalAgent),
  };
}

const connectCall: PlatformCall = {
  peerOf(args, thisArg, chosen) {
    const asked = isEnclosed() ? null : askedConnect(args);
    if (asked === null) return null;
    // The mark of an http.Agent, which may connect long after the request that it connects for.
    const ofAgent = Object.hasOwn(asked.options, '_agentKey');
    if (ofAgent && chosen.has(isTls(thisArg) ? 'https.request' : 'http.request')) return null;
    return { host: asked.host, port: asked.port };
  },
  enclose: (makeCall) => makeCall(),
  changed: () => undefined,
  fail: failConnect,
};

function isTls(socket: unknown): boolean {
  return socket instanceof Socket && (socket as { readonly encrypted?: unknown }).encrypted === true;
}

/** The functions through which programs reach the network, as they are now. */
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
  ];
}
