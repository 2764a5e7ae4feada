import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { exempt } from '../interpose/exempt.js';
import { taggedBaggage } from '../interpose/request-tags.js';
import { ChaosError } from '../model/chaos-error.js';
import type { Clock } from '../model/clock.js';
import type { HttpProbeSpec, Probe } from '../model/probe.js';
import { answerChecks, type HttpAnswer } from './http-answer.js';
import { probeTiming } from './probe-timing.js';

const bodyLimitBytes = 1_048_576;

/**
 * A probe that sends one request over a fresh connection of its own, which no fault of ours touches.
 * Redirects are not followed. At most 1 MiB of a body is read; checks of the body see that part.
 *
 * @throws ChaosError INVALID_INPUT when the URL, a header, the JSON path or a duration is not valid
 */
export function httpProbe(spec: HttpProbeSpec, clock: Clock, runId?: string): Probe {
  const url = httpUrl(spec);
  const checks = answerChecks(spec.expect ?? {});
  const send = requester(spec.tagged === true && runId !== undefined ? taggedFor(runId, spec) : spec, url);
  return {
    ...probeTiming(spec),
    ticks: 'overlapping',
    async ask(signal) {
      const askedAtMs = clock.nowMs();
      const received = await receive(send(signal), signal);
      const answer: HttpAnswer = { ...received, tookMs: clock.nowMs() - askedAtMs };
      const problems = checks.map((check) => check(answer)).filter((problem) => problem !== null);
      return problems.length === 0 ? { ok: true } : { ok: false, detail: problems.join('; ') };
    },
  };
}

/** Beside the baggage that it has. */
function taggedFor(runId: string, spec: HttpProbeSpec): HttpProbeSpec {
  const others = Object.entries(spec.headers ?? {}).filter(([name]) => name.toLowerCase() !== 'baggage');
  const own = Object.entries(spec.headers ?? {}).filter(([name]) => name.toLowerCase() === 'baggage');
  const baggage = [...own.map(([, value]) => value), taggedBaggage(runId)].join(',');
  return { ...spec, headers: { ...Object.fromEntries(others), baggage } };
}

function httpUrl(spec: HttpProbeSpec): URL {
  const url = URL.canParse(spec.http) ? new URL(spec.http) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new ChaosError(
    'INVALID_INPUT',
    `expected an http or https URL for probe ${spec.name}, got ${spec.http}`,
  );
}

function requester(spec: HttpProbeSpec, url: URL): (signal: AbortSignal) => http.ClientRequest {
  const headers = { 'user-agent': 'chaosx', ...spec.headers };
  try {
    for (const [name, value] of Object.entries(headers)) {
      http.validateHeaderName(name);
      http.validateHeaderValue(name, value);
    }
  } catch (cause) {
    throw new ChaosError('INVALID_INPUT', `probe ${spec.name}: ${String(cause)}`, { cause });
  }
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const connect = (options: object) =>
    secure
      ? tls.connect({ ...options, ...(net.isIP(host) === 0 && { servername: host }) })
      : net.connect(options as net.TcpNetConnectOpts);
  return (signal) => {
    // Without an agent, Node calls createConnection at once and closes the connection afterwards.
    const request = exempt(() =>
      (secure ? https : http).request(url, {
        method: spec.method ?? 'GET',
        headers,
        signal,
        createConnection: connect,
      }),
    );
    request.end(spec.body);
    return request;
  };
}

async function receive(
  request: http.ClientRequest,
  signal: AbortSignal,
): Promise<Omit<HttpAnswer, 'tookMs'>> {
  // `once` listens only until the response; what fails after it also fails the reading of the body below.
  request.on('error', () => undefined);
  const [response] = (await once(request, 'response', { signal })) as [http.IncomingMessage];
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Leaving the loop early destroys the response, and with it the connection.
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > bodyLimitBytes) break;
    }
  } catch (cause) {
    const got = `status ${response.statusCode} and ${size} bytes of body`;
    throw new Error(`expected a whole answer, got ${got} before the connection broke`, { cause });
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(chunks).subarray(0, bodyLimitBytes).toString('utf8'),
    cut: size > bodyLimitBytes,
  };
}
