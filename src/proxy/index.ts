export { FaultProxy, type FaultProxyOptions } from './fault-proxy.js';
export { createProxy, type CreateProxyOptions } from './create-proxy.js';
export type { ProxiedConnection } from './proxied-connection.js';
export type { ProxyEvent } from './proxy-event.js';
export type { ProxyToxic, ToxicSpec } from './proxy-toxic.js';
export { toxic, type ToxicInit } from './toxic.js';
export { ToxiproxyServer, type ToxiproxyServerOptions } from './toxiproxy/toxiproxy-server.js';
