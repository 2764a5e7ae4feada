import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ChaosError } from '../../model/chaos-error.js';
import type { Address } from '../../model/network.js';
import { FieldError } from '../http/fields.js';
import { HttpRegistry } from '../http/http-registry.js';
import { splitConfig } from '../http/split-config.js';
import type { FaultProxyOptions } from '../fault-proxy.js';
import type { ProxyEvent } from '../proxy-event.js';
import { addressText, AddressError } from '../listen-address.js';
import { type Answer, empty, failure, plain, send } from './answer.js';
import { ApiError } from './api-error.js';
import { classicRoutes } from './classic-routes.js';
import { EventStream } from './event-stream.js';
import { type GuardOptions, refusal } from './guard.js';
import { ownRoutes } from './own-routes.js';
import { type MetricsOptions, metricsRoute } from './prometheus.js';
import { newProxies } from './proxy-body.js';
import { type AnyProxy, ProxyRegistry } from './proxy-registry.js';
import { readBody } from './read-body.js';
import { cleanPath, findRoute, type Route } from './route.js';

export interface ToxiproxyServerOptions
  extends Pick<FaultProxyOptions, 'fullClose' | 'resetUnreachable' | 'dialTimeoutMs'> {
  /** Where the API listens. Default: 127.0.0.1, port 8474. Port 0: any free one. */
  readonly host?: string;
  readonly port?: number;
  /** Of every random choice. */
  readonly seed: number;
  /** Asked of every caller; needed to listen beyond loopback. */
  readonly token?: string;
  /** Names under which the API may be asked for, beside addresses and names without a dot. */
  readonly allowedHosts?: readonly string[];
  /** Whether `/metrics` is served, and what. Default: not. */
  readonly metrics?: MetricsOptions;
  /** Told of all that happens, as `/chaosx/events` is. */
  readonly onEvent?: (event: ProxyEvent) => void;
  /** Shown at `/chaosx/version`. */
  readonly version?: string;
}

/** As long as Toxiproxy keeps idle connections of clients. */
const keepAliveMs = 60_000;
const readWithinMs = 15_000;
const loopback = /^(127\.|::1$|localhost$)/;

/**
 * Toxiproxy's HTTP API and the proxies that are made by it. Clients of Toxiproxy work unchanged.
 *
 * @example
 * ```ts
 * await using server = await ToxiproxyServer.listen({ port: 0, seed: 42 });
 * const answer = await fetch(`${server.url}/proxies`);
 * answer.status; // 200
 * ```
 */
export class ToxiproxyServer implements AsyncDisposable {
  readonly address: Address;
  readonly #server: Server;
  readonly #events = new EventStream();
  readonly #registry: ProxyRegistry;
  readonly #http: HttpRegistry;
  readonly #routes: readonly Route[];
  readonly #guard: GuardOptions;

  /** @throws ChaosError UNSAFE beyond loopback without a token; PROXY_FAILED when it cannot listen */
  static async listen(options: ToxiproxyServerOptions): Promise<ToxiproxyServer> {
    const { host = '127.0.0.1', port = 8474, token } = options;
    if (!loopback.test(host) && token === undefined) {
      throw new ChaosError(
        'UNSAFE',
        `expected the API to listen on loopback, got ${addressText({ host, port })}`,
        {
          hint: 'whoever reaches it can open ports here: give it a token',
        },
      );
    }
    const server = createServer({ keepAliveTimeout: keepAliveMs, requestTimeout: readWithinMs });
    server.listen({ host, port });
    try {
      await once(server, 'listening');
    } catch (cause) {
      throw new ChaosError('PROXY_FAILED', `the API cannot listen on ${addressText({ host, port })}`, {
        cause,
        hint: `${(cause as Error).message}; choose another port`,
      });
    }
    return new ToxiproxyServer(server, { host, port: (server.address() as AddressInfo).port }, options);
  }

  private constructor(server: Server, address: Address, options: ToxiproxyServerOptions) {
    const { seed, token, allowedHosts = [], metrics, version = '', onEvent, ...rest } = options;
    const { fullClose, resetUnreachable, dialTimeoutMs } = rest;
    this.#server = server;
    this.address = address;
    this.#guard = { allowedHosts: [...allowedHosts, address.host], ...(token !== undefined && { token }) };
    const publish = (event: ProxyEvent) => {
      this.#events.publish(event);
      onEvent?.(event);
    };
    this.#http = new HttpRegistry({ seed, ...(dialTimeoutMs !== undefined && { dialTimeoutMs }) }, publish);
    this.#registry = new ProxyRegistry(
      {
        seed,
        ...(fullClose !== undefined && { fullClose }),
        ...(resetUnreachable !== undefined && { resetUnreachable }),
        ...(dialTimeoutMs !== undefined && { dialTimeoutMs }),
      },
      publish,
      this.#http,
    );
    this.#routes = [
      ...classicRoutes(this.#registry),
      ...ownRoutes(this.#registry, this.#http, version, this.#events),
      ...(metrics === undefined ? [] : [metricsRoute(this.#registry, this.#http, metrics)]),
    ];
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.#serve(request, response);
    });
  }

  get url(): string {
    return `http://${addressText(this.address)}`;
  }

  /**
   * Makes the proxies of a configuration, as `POST /populate` does, and those with `"protocol": "http"` or `"udp"`.
   *
   * @param text - a JSON array of proxies
   * @param origin - where it comes from, for messages
   * @returns their names and the addresses that they listen on
   * @throws ChaosError INVALID_INPUT, or PROXY_FAILED when one cannot listen; those before it stay
   */
  async populate(
    text: string,
    origin = 'proxies',
  ): Promise<readonly Pick<AnyProxy, 'name' | 'listen' | 'upstream'>[]> {
    try {
      const { classic: rest, http } = splitConfig(text);
      const made: Pick<AnyProxy, 'name' | 'listen' | 'upstream'>[] = [];
      for (const spec of newProxies(rest, 'own')) made.push(await this.#registry.createOrKeep(spec));
      for (const spec of http) {
        if (this.#registry.get(spec.name) !== undefined) throw new ApiError(409, 'proxy already exists');
        made.push(await this.#http.create(spec));
      }
      return made;
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof FieldError)) throw error;
      throw new ChaosError(
        error instanceof ApiError && error.status === 500 ? 'PROXY_FAILED' : 'INVALID_INPUT',
        `${origin}: ${error.message}`,
        {
          cause: error,
        },
      );
    }
  }

  /** Closes the API, all proxies and their connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#events[Symbol.dispose]();
    this.#server.close();
    this.#server.closeAllConnections();
    await this.#registry[Symbol.asyncDispose]();
    await this.#http[Symbol.asyncDispose]();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '/' } = request;
    const queryAt = url.indexOf('?');
    const path = queryAt < 0 ? url : url.slice(0, queryAt);
    const query = new URLSearchParams(queryAt < 0 ? '' : url.slice(queryAt + 1));
    const clean = cleanPath(path);
    if (clean !== path) {
      const location = clean + (queryAt < 0 ? '' : url.slice(queryAt));
      send(response, { ...empty(301), headers: { Location: location } });
      return;
    }
    const found = findRoute(this.#routes, path);
    if (found === undefined) {
      send(response, plain(404, '404 page not found\n'));
      return;
    }
    const handle = found.route.methods[method] ?? found.route.methods['*'];
    if (handle === undefined) {
      send(response, empty(405));
      return;
    }
    response.setHeader('X-Toxiproxy-Request-Id', randomUUID());
    const refused = refusal(request, this.#guard);
    if (refused === null && found.route.stream !== undefined) {
      found.route.stream(response);
      return;
    }
    const ask = { method, parts: found.parts, query, text: () => readBody(request) };
    let answer: Answer;
    try {
      answer = refused ?? (await handle(ask));
    } catch (error) {
      answer = failure(error instanceof AddressError ? new ApiError(500, error.message) : error);
    }
    // A body that nobody read, or that is too long, must not be taken for the next request.
    if (!request.complete && answer.status === 413) response.setHeader('Connection', 'close');
    send(response, answer);
    request.resume();
  }
}
