import { Fields, given, wrong } from './fields.js';
import type { HttpRule } from './http-rule.js';
import type { HttpProxyOptions } from './http-proxy.js';
import { rulesFrom } from './rule-fields.js';
import type { Certificate, UpstreamTls } from './tls-ends.js';

const address = /:\d{1,5}$|^unix:\//;

/** A proxy as a body asks for it. */
export type HttpProxySpec = Pick<
  HttpProxyOptions,
  'name' | 'listen' | 'upstream' | 'enabled' | 'tls' | 'upstreamTls'
> & { readonly rules: readonly HttpRule[]; readonly seed?: number };

/** @throws FieldError */
export function httpProxyFrom(body: unknown): HttpProxySpec {
  const fields = new Fields(body, '');
  const protocol = fields.text('protocol');
  if (protocol !== 'http') throw wrong('protocol', '"http" (TCP proxies are made at /proxies)', protocol);
  const name = fields.text('name', /^[^]{1,200}$/, 'a string of 1 to 200 characters');
  const upstream = fields.text('upstream', address, 'host:port or unix:/path');
  if (name === undefined) throw wrong('name', 'a string', name);
  if (upstream === undefined) throw wrong('upstream', 'host:port or unix:/path', upstream);
  const spec = given<HttpProxySpec>({
    name,
    upstream,
    listen: fields.text('listen', address, 'host:port or unix:/path') ?? '127.0.0.1:0',
    enabled: fields.boolean('enabled'),
    seed: fields.number('seed', { isWhole: true }),
    rules: rulesFrom(fields.raw('rules'), 'rules'),
    tls: certificateFrom(fields.object('tls')),
    upstreamTls: upstreamTlsFrom(fields.object('upstreamTls')),
  });
  fields.done();
  return spec;
}

/** @throws FieldError */
export function httpProxyChanges(body: unknown) {
  const fields = new Fields(body, '');
  const changes = {
    listen: fields.text('listen', address, 'host:port or unix:/path'),
    upstream: fields.text('upstream', address, 'host:port or unix:/path'),
    enabled: fields.boolean('enabled'),
  };
  fields.done();
  return given<Partial<Pick<HttpProxyOptions, 'listen' | 'upstream' | 'enabled'>>>(changes);
}

function certificateFrom(fields: Fields | undefined): Certificate | undefined {
  if (fields === undefined) return undefined;
  const [cert, key] = [fields.text('cert'), fields.text('key')];
  fields.done();
  if (cert === undefined) throw wrong('tls.cert', 'a certificate in PEM', cert);
  if (key === undefined) throw wrong('tls.key', 'a key in PEM', key);
  return { cert, key };
}

function upstreamTlsFrom(fields: Fields | undefined): UpstreamTls | undefined {
  if (fields === undefined) return undefined;
  const tls = given<UpstreamTls>({
    ca: fields.text('ca'),
    servername: fields.text('servername'),
    rejectUnauthorized: fields.boolean('rejectUnauthorized'),
  });
  fields.done();
  return tls;
}
