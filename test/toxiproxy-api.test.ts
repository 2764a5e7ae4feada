import { once } from 'node:events';
import net, { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { resolveListen, splitAddress } from '../src/proxy/listen-address.js';
import { ToxiproxyServer } from '../src/proxy/toxiproxy/toxiproxy-server.js';
import { closedPort, listen } from './network-servers.js';
import { ask, type RawAnswer } from './toxiproxy-fixture.js';

const jsonType = 'application/json';
const textType = 'text/plain; charset=utf-8';

type Request = readonly [
  method: string,
  path: string,
  body?: string | undefined,
  headers?: Record<string, string>,
];

interface Row {
  readonly what: string;
  /** Before it; each is to succeed. */
  readonly given?: readonly Request[];
  readonly request: Request;
  readonly status: number;
  /** Exactly, with bound ports as PORT. */
  readonly body?: string | RegExp;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

const make = (name: string, more: object = {}): Request => [
  'POST',
  '/proxies',
  JSON.stringify({ name, listen: '127.0.0.1:0', upstream: 'somehost:12345', ...more }),
];
const toxic = (body: object, proxy = 'p'): Request => [
  'POST',
  `/proxies/${proxy}/toxics`,
  JSON.stringify(body),
];
const shown = (name: string, toxics = '', enabled = true) =>
  `{"name":"${name}","listen":"127.0.0.1:PORT","upstream":"somehost:12345","enabled":${enabled},"toxics":[${toxics}]}`;
const latency = (latencyMs: number, jitter = 0, more = '') =>
  `{"attributes":{"latency":${latencyMs},"jitter":${jitter}},"name":"latency_downstream","type":"latency","stream":"downstream","toxicity":1${more}}`;
const error = (message: string, status: number) => `${JSON.stringify({ error: message, status })}\n`;

const invalidStream = 'stream was invalid, can be either upstream or downstream';
const aLatency = toxic({ type: 'latency', attributes: { latency: 100 } });
const asText = { 'content-type': textType, 'x-content-type-options': 'nosniff' };

const rows: Readonly<Record<string, readonly Row[]>> = {
  '1.1 server-wide rules': [
    {
      what: 'the content type of a request is ignored',
      request: ['POST', '/proxies', make('p')[2], { 'Content-Type': 'application/x-www-form-urlencoded' }],
      status: 201,
      body: shown('p'),
    },
    {
      what: 'only the first JSON value is read',
      request: ['POST', '/proxies', `${make('p')[2]} trailing junk`],
      status: 201,
    },
    {
      what: 'keys match whatever their case',
      request: ['POST', '/proxies', '{"Name":"p","LISTEN":"127.0.0.1:0","UPSTREAM":"somehost:12345"}'],
      status: 201,
      body: shown('p'),
    },
    { what: 'unknown keys are ignored', request: make('p', { colour: 'red', Logger: {} }), status: 201 },
    { what: 'null is as not given', request: make('p', { enabled: null }), status: 201, body: shown('p') },
    {
      what: 'null as the body is {}',
      request: ['POST', '/proxies', 'null'],
      status: 400,
      body: error('missing required field: name', 400),
    },
    { what: 'the body of a reset is not read', request: ['POST', '/reset', '{{{'], status: 204, body: '' },
    {
      what: 'success is compact JSON without a newline',
      request: make('p'),
      status: 201,
      body: shown('p'),
      headers: { 'content-type': jsonType },
    },
    {
      what: 'a 204 has no body and no type',
      request: ['POST', '/reset'],
      status: 204,
      body: '',
      headers: { 'content-type': undefined, 'content-length': undefined },
    },
    {
      what: 'errors are JSON with a newline, as plain text',
      request: ['GET', '/proxies/none'],
      status: 404,
      body: error('proxy not found', 404),
      headers: asText,
    },
    {
      what: 'but those of populate say what they are',
      request: ['POST', '/populate', '[{}]'],
      status: 400,
      headers: { 'content-type': jsonType },
    },
    {
      what: 'an unknown route is a text',
      request: ['GET', '/unknown'],
      status: 404,
      body: '404 page not found\n',
      headers: { ...asText, 'x-toxiproxy-request-id': undefined },
    },
    { what: 'a slash at the end is another route', request: ['GET', '/proxies/'], status: 404 },
    {
      what: 'double slashes are sent to the clean path',
      request: ['GET', '//proxies?x=1'],
      status: 301,
      headers: { location: '/proxies?x=1' },
    },
    ...['PUT', 'HEAD', 'OPTIONS', 'DELETE'].map((method) => ({
      what: `${method} is not for /proxies`,
      request: [method, '/proxies'] as const,
      status: 405,
      body: '',
      headers: { allow: undefined, 'x-toxiproxy-request-id': undefined },
    })),
    {
      what: 'no CORS headers',
      request: ['GET', '/proxies'],
      status: 200,
      headers: { 'access-control-allow-origin': undefined },
    },
    {
      what: 'browsers are turned away, with an id',
      request: ['GET', '/proxies', undefined, { 'User-Agent': 'Mozilla/5.0 (X11)' }],
      status: 403,
      body: 'User agent not allowed\n',
      headers: { 'x-toxiproxy-request-id': expect.any(String) as string },
    },
    {
      what: 'but not from unknown routes',
      request: ['GET', '/unknown', undefined, { 'User-Agent': 'Mozilla/5.0 (X11)' }],
      status: 404,
    },
  ],

  '1.2 shapes': [
    {
      what: 'a proxy',
      given: [make('p'), aLatency],
      request: ['GET', '/proxies/p'],
      status: 200,
      body: shown('p', latency(100)),
    },
    {
      what: 'all attributes of a type are there, zero when not given',
      given: [make('p')],
      request: toxic({ type: 'slicer', attributes: { average_size: 5 } }),
      status: 200,
      body: '{"attributes":{"average_size":5,"size_variation":0,"delay":0},"name":"slicer_downstream","type":"slicer","stream":"downstream","toxicity":1}',
    },
    {
      what: 'toxicity has 32 bits',
      given: [make('p')],
      request: toxic({ type: 'noop', toxicity: 0.123456789 }),
      status: 200,
      body: '{"attributes":{},"name":"noop_downstream","type":"noop","stream":"downstream","toxicity":0.12345679}',
    },
    {
      what: 'and prints as short as it can',
      given: [make('p')],
      request: toxic({ type: 'noop', toxicity: 0.1 }),
      status: 200,
      body: /"toxicity":0\.1}$/,
    },
    {
      what: 'upstream toxics are listed first, each in order of adding',
      given: [
        make('p'),
        ...['b downstream', 'd upstream', 'a downstream', 'c upstream'].map((text) => {
          const [name, stream] = text.split(' ');
          return toxic({ type: 'noop', name, stream });
        }),
      ],
      request: ['GET', '/proxies/p/toxics'],
      status: 200,
      body: /"name":"d".*"name":"c".*"name":"b".*"name":"a"/,
    },
    {
      what: 'proxies are sorted by name, also those that look like numbers',
      given: [make('b'), make('10'), make('a'), make('2')],
      request: ['GET', '/proxies'],
      status: 200,
      body: `{"10":${shown('10')},"2":${shown('2')},"a":${shown('a')},"b":${shown('b')}}`,
    },
  ],

  '1.3 endpoints': [
    {
      what: 'GET /version',
      request: ['GET', '/version'],
      status: 200,
      body: '{"version": "2.12.0"}\n',
      headers: { 'content-type': 'application/json;charset=utf-8' },
    },
    { what: 'GET /proxies: none', request: ['GET', '/proxies'], status: 200, body: '{}' },
    { what: 'POST /proxies', request: make('p'), status: 201, body: shown('p') },
    {
      what: 'POST /proxies: no JSON',
      request: ['POST', '/proxies', '{"name'],
      status: 400,
      body: error('bad request body: unexpected EOF', 400),
    },
    {
      what: 'POST /proxies: nothing',
      request: ['POST', '/proxies', ''],
      status: 400,
      body: error('bad request body: EOF', 400),
    },
    {
      what: 'POST /proxies: an array',
      request: ['POST', '/proxies', '[]'],
      status: 400,
      body: /^{"error":"bad request body: /,
    },
    {
      what: 'POST /proxies: a field of another type',
      request: make('p', { enabled: 'yes' }),
      status: 400,
      body: /^{"error":"bad request body: .*enabled/,
    },
    {
      what: 'POST /proxies: no name',
      request: make(''),
      status: 400,
      body: error('missing required field: name', 400),
    },
    {
      what: 'POST /proxies: no upstream',
      request: make('p', { upstream: '' }),
      status: 400,
      body: error('missing required field: upstream', 400),
    },
    {
      what: 'POST /proxies: a name that is taken',
      given: [make('p')],
      request: make('p'),
      status: 409,
      body: error('proxy already exists', 409),
      headers: asText,
    },
    {
      what: 'POST /proxies: no port',
      request: make('p', { listen: '127.0.0.1' }),
      status: 500,
      body: error('listen tcp: address 127.0.0.1: missing port in address', 500),
    },
    {
      what: 'POST /proxies: no such port',
      request: make('p', { listen: '127.0.0.1:99999' }),
      status: 500,
      body: error('listen tcp: address 99999: invalid port', 500),
    },
    {
      what: 'POST /proxies: no such host',
      request: make('p', { listen: 'no.such.host.invalid:0' }),
      status: 500,
      body: /^{"error":"listen tcp: lookup no\.such\.host\.invalid.*: no such host","status":500}\n$/,
    },
    {
      what: 'GET /proxies/p',
      given: [make('p')],
      request: ['GET', '/proxies/p'],
      status: 200,
      body: shown('p'),
    },
    ...['GET', 'POST', 'PATCH', 'DELETE'].map((method) => ({
      what: `${method} /proxies/none`,
      request: [method, '/proxies/none', /P/.test(method) ? '{}' : undefined] as Request,
      status: 404,
      body: error('proxy not found', 404),
    })),
    ...['POST', 'PATCH'].flatMap((method): Row[] => [
      {
        what: `${method} /proxies/p`,
        given: [make('p'), aLatency],
        request: [method, '/proxies/p', '{"enabled":false}'],
        status: 200,
        body: shown('p', latency(100), false),
      },
      {
        what: `${method} /proxies/p: no JSON`,
        given: [make('p')],
        request: [method, '/proxies/p', 'x'],
        status: 400,
        body: error("bad request body: invalid character 'x' looking for beginning of value", 400),
      },
      {
        what: `${method} /proxies/p: no address`,
        given: [make('p')],
        request: [method, '/proxies/p', '{"listen":"bad"}'],
        status: 500,
        body: error('address bad: missing port in address', 500),
      },
    ]),
    {
      what: 'DELETE /proxies/p',
      given: [make('p')],
      request: ['DELETE', '/proxies/p'],
      status: 204,
      body: '',
    },
    {
      what: 'POST /populate',
      request: ['POST', '/populate', `[${make('a')[2]},${make('b')[2]}]`],
      status: 201,
      body: `{"proxies":[${shown('a')},${shown('b')}]}`,
    },
    {
      what: 'GET toxics: none',
      given: [make('p')],
      request: ['GET', '/proxies/p/toxics'],
      status: 200,
      body: '[]',
    },
    {
      what: 'GET toxics of no proxy',
      request: ['GET', '/proxies/none/toxics'],
      status: 404,
      body: error('proxy not found', 404),
    },
    { what: 'POST toxics', given: [make('p')], request: aLatency, status: 200, body: latency(100) },
    {
      what: 'POST toxics of no proxy',
      request: toxic({ type: 'latency' }, 'none'),
      status: 404,
      body: error('proxy not found', 404),
    },
    {
      what: 'POST toxics: no JSON',
      given: [make('p')],
      request: ['POST', '/proxies/p/toxics', '{'],
      status: 400,
      body: error('bad request body: unexpected EOF', 400),
    },
    {
      what: 'POST toxics: no such stream',
      given: [make('p')],
      request: toxic({ type: 'latency', stream: 'sideways' }),
      status: 400,
      body: error(invalidStream, 400),
    },
    {
      what: 'POST toxics: no such type',
      given: [make('p')],
      request: toxic({ type: 'earthquake' }),
      status: 400,
      body: error('invalid toxic type', 400),
    },
    {
      what: 'POST toxics: a name that is taken',
      given: [make('p'), aLatency],
      request: aLatency,
      status: 409,
      body: error('toxic already exists', 409),
    },
    {
      what: 'GET a toxic',
      given: [make('p'), aLatency],
      request: ['GET', '/proxies/p/toxics/latency_downstream'],
      status: 200,
      body: latency(100),
    },
    ...['GET', 'POST', 'PATCH', 'DELETE'].flatMap((method): Row[] => [
      {
        what: `${method} a toxic that is not there`,
        given: [make('p')],
        request: [method, '/proxies/p/toxics/none', /P/.test(method) ? '{}' : undefined],
        status: 404,
        body: error('toxic not found', 404),
      },
      {
        what: `${method} a toxic of no proxy`,
        request: [method, '/proxies/none/toxics/none', /P/.test(method) ? '{}' : undefined],
        status: 404,
        body: error('proxy not found', 404),
      },
    ]),
    ...['POST', 'PATCH'].flatMap((method): Row[] => [
      {
        what: `${method} a toxic: attributes are merged, toxicity stays`,
        given: [make('p'), aLatency],
        request: [method, '/proxies/p/toxics/latency_downstream', '{"attributes":{"jitter":5}}'],
        status: 200,
        body: latency(100, 5),
      },
      {
        what: `${method} a toxic: no JSON`,
        given: [make('p'), aLatency],
        request: [method, '/proxies/p/toxics/latency_downstream', ''],
        status: 400,
        body: error('bad request body: EOF', 400),
      },
    ]),
    {
      what: 'DELETE a toxic',
      given: [make('p'), aLatency],
      request: ['DELETE', '/proxies/p/toxics/latency_downstream'],
      status: 204,
      body: '',
    },
    { what: 'POST /reset', given: [make('p'), aLatency], request: ['POST', '/reset'], status: 204, body: '' },
    {
      what: '/metrics is not there unless asked for',
      request: ['GET', '/metrics'],
      status: 404,
      body: '404 page not found\n',
    },
  ],

  '1.4 proxy rules': [
    {
      what: 'a disabled proxy keeps the text of its address',
      request: make('p', { listen: 'localhost:0', enabled: false }),
      status: 201,
      body: '{"name":"p","listen":"localhost:0","upstream":"somehost:12345","enabled":false,"toxics":[]}',
    },
    {
      what: 'IPv4 is preferred for names',
      request: make('p', { listen: 'localhost:0' }),
      status: 201,
      body: shown('p'),
    },
    {
      what: 'an upstream is not looked at before a client connects',
      request: make('p', { upstream: 'nocolon' }),
      status: 201,
      body: /"upstream":"nocolon"/,
    },
    {
      what: 'an update ignores the name',
      given: [make('p')],
      request: ['POST', '/proxies/p', '{"name":"q"}'],
      status: 200,
      body: shown('p'),
    },
    {
      what: 'and applies empty texts',
      given: [make('p')],
      request: ['POST', '/proxies/p', '{"upstream":""}'],
      status: 200,
      body: /"upstream":"","enabled":true/,
    },
    {
      what: 'toxics survive an update of the upstream',
      given: [make('p'), aLatency],
      request: ['POST', '/proxies/p', '{"upstream":"other:1"}'],
      status: 200,
      body: /"upstream":"other:1","enabled":true,"toxics":\[{"attributes":{"latency":100/,
    },
    {
      what: 'toxics can be edited while it is disabled',
      given: [make('p', { enabled: false })],
      request: aLatency,
      status: 200,
      body: latency(100),
    },
    {
      what: 'populate checks all before it makes one',
      request: ['POST', '/populate', `[${make('a')[2]},{"upstream":"x"}]`],
      status: 400,
      body: '{"error":"missing required field: name at proxy 2","status":400,"proxies":null}',
    },
    {
      what: 'also upstreams',
      request: ['POST', '/populate', '[{"name":"a"}]'],
      status: 400,
      body: '{"error":"missing required field: upstream at proxy 1","status":400,"proxies":null}',
    },
    {
      what: 'populate ignores `enabled` of one that is there',
      given: [make('p', { listen: '127.0.0.1:0' }), aLatency],
      request: ['POST', '/populate', `[${make('p', { enabled: false })[2]}]`],
      status: 201,
      body: `{"proxies":[${shown('p', latency(100))}]}`,
    },
    {
      what: 'populate replaces one whose upstream is another, without its toxics',
      given: [make('p'), aLatency],
      request: ['POST', '/populate', `[${make('p', { upstream: 'other:1' })[2]}]`],
      status: 201,
      body: /^{"proxies":\[{"name":"p","listen":"127.0.0.1:PORT","upstream":"other:1","enabled":true,"toxics":\[\]}\]}$/,
    },
    {
      what: 'a failure keeps those before it',
      request: ['POST', '/populate', `[${make('a')[2]},${make('b', { listen: 'x' })[2]}]`],
      status: 500,
      body: `{"error":"listen tcp: address x: missing port in address","status":500,"proxies":[${shown('a')}]}`,
    },
    {
      what: 'populate with nothing',
      request: ['POST', '/populate', '[]'],
      status: 201,
      body: '{"proxies":null}',
    },
    {
      what: 'populate with null',
      request: ['POST', '/populate', 'null'],
      status: 201,
      body: '{"proxies":null}',
    },
    {
      what: 'populate with an object',
      request: ['POST', '/populate', '{}'],
      status: 400,
      body: /^{"error":"bad request body: .*,"status":400,"proxies":null}$/,
    },
  ],

  '1.5 toxic rules': [
    {
      what: 'defaults',
      given: [make('p')],
      request: toxic({ type: 'latency' }),
      status: 200,
      body: latency(0),
    },
    {
      what: 'the stream is kept as it was sent, also in the name',
      given: [make('p')],
      request: toxic({ type: 'noop', stream: 'UpStream' }),
      status: 200,
      body: '{"attributes":{},"name":"noop_UpStream","type":"noop","stream":"UpStream","toxicity":1}',
    },
    {
      what: 'an empty stream is none',
      given: [make('p')],
      request: toxic({ type: 'noop', stream: '' }),
      status: 400,
      body: error(invalidStream, 400),
    },
    {
      what: 'the stream is checked before the type',
      given: [make('p')],
      request: toxic({ type: 'x', stream: 'x' }),
      status: 400,
      body: error(invalidStream, 400),
    },
    {
      what: 'the body before the stream',
      given: [make('p')],
      request: toxic({ type: 1, stream: 'x' }),
      status: 400,
      body: /bad request body/,
    },
    {
      what: 'the type before the name',
      given: [make('p'), aLatency],
      request: toxic({ type: 'x', name: 'latency_downstream' }),
      status: 400,
      body: error('invalid toxic type', 400),
    },
    {
      what: 'the name before attributes',
      given: [make('p'), aLatency],
      request: toxic({ type: 'latency', attributes: { latency: 'x' } }),
      status: 409,
      body: error('toxic already exists', 409),
    },
    {
      what: 'types are told apart by case',
      given: [make('p')],
      request: toxic({ type: 'Latency' }),
      status: 400,
      body: error('invalid toxic type', 400),
    },
    {
      what: 'a name is unique over both directions',
      given: [make('p'), toxic({ type: 'noop', name: 'n' })],
      request: toxic({ type: 'noop', name: 'n', stream: 'upstream' }),
      status: 409,
      body: error('toxic already exists', 409),
    },
    ...['1.5', '1e3', '"100"'].map((text) => ({
      what: `${text} is no whole number`,
      given: [make('p')],
      request: ['POST', '/proxies/p/toxics', `{"type":"latency","attributes":{"latency":${text}}}`] as const,
      status: 400,
      body: /^{"error":"bad request body: .*latency/,
    })),
    {
      what: 'negatives and a toxicity above 1 are taken',
      given: [make('p')],
      request: toxic({ type: 'latency', toxicity: 7.5, attributes: { latency: -5, jitter: -1 } }),
      status: 200,
      body: /{"latency":-5,"jitter":-1}.*"toxicity":7\.5/,
    },
    {
      what: 'an update changes attributes and toxicity, nothing else',
      given: [make('p'), aLatency],
      request: [
        'POST',
        '/proxies/p/toxics/latency_downstream',
        '{"name":"x","type":"noop","stream":"upstream","toxicity":0.5,"attributes":{"latency":7}}',
      ],
      status: 200,
      body: latency(7).replace('"toxicity":1', '"toxicity":0.5'),
    },
    {
      what: 'fractional attributes of packet_loss',
      given: [make('p')],
      request: toxic({ type: 'packet_loss', attributes: { loss_rate: 0.25 } }),
      status: 200,
      body: /{"attributes":{"loss_rate":0\.25,"correlation":0}/,
    },
    ...(
      [
        ['bandwidth', '{"rate":0}'],
        ['slow_close', '{"delay":0}'],
        ['timeout', '{"timeout":0}'],
        ['reset_peer', '{"timeout":0}'],
        ['limit_data', '{"bytes":0}'],
        ['noop', '{}'],
      ] as const
    ).map(([type, attributes]) => ({
      what: `the attributes of ${type}`,
      given: [make('p')],
      request: toxic({ type }),
      status: 200,
      body: `{"attributes":${attributes},"name":"${type}_downstream","type":"${type}","stream":"downstream","toxicity":1}`,
    })),
  ],
};

const stable = ({ body }: RawAnswer) => body.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT');

describe.each(Object.entries(rows))('%s', (_section, ofSection) => {
  test.each(ofSection)('$what', async ({ given = [], request, status, body, headers = {} }) => {
    await using server = await ToxiproxyServer.listen({ port: 0, seed: 1 });
    const { port } = server.address;
    for (const each of given) expect((await ask(port, ...each)).status).toBeLessThan(300);
    const answer = await ask(port, ...request);
    expect({ status: answer.status, body: stable(answer) }).toEqual({
      status,
      body: body instanceof RegExp ? expect.stringMatching(body) : (body ?? expect.any(String)),
    });
    expect(Object.fromEntries(Object.keys(headers).map((name) => [name, answer.headers[name]]))).toEqual(
      headers,
    );
    if (status < 300 || status === 400 || status === 409) {
      expect(answer.headers['x-toxiproxy-request-id']).toMatch(/./);
    }
  });
});

describe('1.4 what needs ports', () => {
  const listenOf = ({ body }: RawAnswer) => (JSON.parse(body) as { listen: string }).listen;
  const canConnect = (address: string) =>
    new Promise<boolean>((resolve) => {
      const [host = '', port] = address.split(':');
      const socket = connect({ host, port: Number(port) });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });

  test('a port that is taken is said in Go’s words', async () => {
    await using server = await ToxiproxyServer.listen({ port: 0, seed: 1 });
    await using taken = await listen(() => undefined);
    const address = `127.0.0.1:${taken.port}`;
    const answer = await ask(server.address.port, ...make('p', { listen: address }));
    expect(answer).toMatchObject({
      status: 500,
      body: error(`listen tcp ${address}: bind: address already in use`, 500),
    });
    expect((await ask(server.address.port, 'GET', '/proxies')).body).toBe('{}');
  });

  test('disabled, connects are refused before the answer; enabled, it has its port again', async () => {
    await using server = await ToxiproxyServer.listen({ port: 0, seed: 1 });
    const { port } = server.address;
    const address = listenOf(await ask(port, ...make('p')));
    expect(await canConnect(address)).toBe(true);
    expect(listenOf(await ask(port, 'POST', '/proxies/p', '{"enabled":false}'))).toBe(address);
    expect(await canConnect(address)).toBe(false);
    expect(listenOf(await ask(port, 'POST', '/proxies/p', '{"enabled":true}'))).toBe(address);
    expect(await canConnect(address)).toBe(true);
    await ask(port, 'POST', '/proxies/p', '{"enabled":false}');
    expect((await ask(port, 'POST', '/reset')).status).toBe(204);
    expect(await canConnect(address)).toBe(true);
    await ask(port, 'DELETE', '/proxies/p');
    expect(await canConnect(address)).toBe(false);
  });

  test('the same address by another name is no change; another one drops connections', async () => {
    await using server = await ToxiproxyServer.listen({ port: 0, seed: 1 });
    await using upstream = await listen((socket) => socket.resume());
    const { port } = server.address;
    const address = listenOf(await ask(port, ...make('p', { upstream: `127.0.0.1:${upstream.port}` })));
    const socket = net.connect(Number(address.split(':')[1]), '127.0.0.1');
    let closed = false;
    socket
      .on('close', () => (closed = true))
      .on('error', () => undefined)
      .resume();
    await expect.poll(() => upstream.connections).toBe(1);
    const renamed = address.replace('127.0.0.1', 'localhost');
    expect(listenOf(await ask(port, 'POST', '/proxies/p', JSON.stringify({ listen: renamed })))).toBe(
      address,
    );
    expect(closed).toBe(false);
    const moved = listenOf(await ask(port, 'POST', '/proxies/p', '{"listen":"127.0.0.1:0"}'));
    expect(moved).not.toBe(address);
    expect(await canConnect(moved)).toBe(true);
    expect(await canConnect(address)).toBe(false);
    await expect.poll(() => closed).toBe(true);
  });

  test('when the new address does not work, it stays there, disabled', async () => {
    await using server = await ToxiproxyServer.listen({ port: 0, seed: 1 });
    await using taken = await listen(() => undefined);
    const { port } = server.address;
    await ask(port, ...make('p'));
    const listenThere = JSON.stringify({ listen: `127.0.0.1:${taken.port}` });
    expect((await ask(port, 'POST', '/proxies/p', listenThere)).status).toBe(500);
    expect(JSON.parse((await ask(port, 'GET', '/proxies/p')).body)).toMatchObject({
      listen: `127.0.0.1:${taken.port}`,
      enabled: false,
    });
  });

  test('a failed populate leaves the predecessor of the failing one stopped', async () => {
    await using server = await ToxiproxyServer.listen({ port: 0, seed: 1 });
    const { port } = server.address;
    const address = listenOf(await ask(port, ...make('p')));
    const answer = await ask(port, 'POST', '/populate', `[${make('p', { listen: 'bad' })[2]}]`);
    expect(answer.status).toBe(500);
    expect(await canConnect(address)).toBe(false);
  });

  test('a reset that cannot take a port again says so, and stops there', async () => {
    await using server = await ToxiproxyServer.listen({ port: 0, seed: 1 });
    const { port } = server.address;
    const address = `127.0.0.1:${await closedPort()}`;
    await ask(port, ...make('p', { listen: address, enabled: false }));
    const taken = net.createServer().listen(Number(address.split(':')[1]), '127.0.0.1');
    await once(taken, 'listening');
    const answer = await ask(port, 'POST', '/reset');
    taken.close();
    expect(answer).toMatchObject({
      status: 500,
      body: error(`listen tcp ${address}: bind: address already in use`, 500),
    });
  });

  test.each([
    ['', { host: '::', port: 0 }],
    [':80', { host: '::', port: 80 }],
    ['0.0.0.0:80', { host: '::', port: 80 }],
    ['[::]:80', { host: '::', port: 80 }],
    ['127.0.0.1:80', { host: '127.0.0.1', port: 80 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['localhost:80', { host: '127.0.0.1', port: 80 }],
  ])('%j means %j', async (text, address) => {
    expect(await resolveListen(text)).toEqual(address);
  });

  test.each([
    ['127.0.0.1', 'address 127.0.0.1: missing port in address'],
    ['127.0.0.1:99999', 'address 99999: invalid port'],
    ['::1:80', 'address ::1:80: too many colons in address'],
    ['x:http', 'lookup tcp/http: unknown port'],
  ])('%j does not work: %s', (text, message) => {
    expect(() => splitAddress(text)).toThrow(message);
  });
});
