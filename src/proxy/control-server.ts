import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { ChaosError, isChaosError } from '../model/chaos-error.js';
import type { ControlAnswer, ControlRequest, Operation, Operations } from './control-protocol.js';
import { DependencyRoute } from './dependency-route.js';
import { DialServer } from './dial-server.js';
import { drain } from './drain.js';
import { readJsonLines, writeJsonLine } from './json-lines.js';
import { Lease } from './lease.js';
import { OutgoingRoute } from './outgoing-route.js';
import { controlPathIn, dialPathIn } from './proxy-directory.js';

type Handlers = {
  readonly [K in Operation]: (request: Operations[K]['request']) => Promise<Operations[K]['result']>;
};

/** Takes orders on a Unix socket and keeps the routes, their toxics under a lease. */
export class ControlServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #controllers = new Set<Socket>();
  readonly #routes: (DependencyRoute | OutgoingRoute)[] = [];
  readonly #dialServers: DialServer[] = [];
  readonly #directory: string;
  readonly #lease: Lease;
  readonly #onExit: () => void;
  #isRetired = false;

  /** @param onExit - called after the answer to `exit` was written */
  static async listen(directory: string, leaseMs: number, onExit: () => void): Promise<ControlServer> {
    const server = createServer();
    server.listen(controlPathIn(directory));
    await once(server, 'listening');
    return new ControlServer(server, directory, leaseMs, onExit);
  }

  private constructor(server: Server, directory: string, leaseMs: number, onExit: () => void) {
    this.#server = server;
    this.#directory = directory;
    this.#onExit = onExit;
    this.#lease = new Lease(leaseMs, () => {
      for (const { traffic } of this.#routes) traffic.suspend().catch(logged);
    });
    server.on('connection', (controller) => {
      this.#controllers.add(controller);
      controller.on('error', () => controller.destroy());
      controller.on('close', () => this.#controllers.delete(controller));
      readJsonLines(controller, (message) => void this.#answer(controller, message as ControlRequest));
    });
  }

  /** True when nobody uses it, and nobody controls it or it was retired. */
  get isForsaken(): boolean {
    return (
      (this.#isRetired || (this.#lease.isLost && this.#controllers.size === 0)) &&
      this.#routes.every(({ traffic }) => traffic.connections.length === 0)
    );
  }

  /** Takes everything off and listens no more; connections that are open go on. */
  async retire(): Promise<void> {
    await Promise.all(this.#routes.map(({ traffic }) => traffic.clear()));
    for (const server of this.#dialServers) server.retire();
    await Promise.all(this.#routes.map((route) => route.stopListening()));
    this.#isRetired = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lease[Symbol.dispose]();
    this.#server.close();
    for (const controller of this.#controllers) controller.destroy();
    await Promise.all(this.#dialServers.map((server) => server[Symbol.asyncDispose]()));
    await Promise.all(this.#routes.map((route) => route[Symbol.asyncDispose]()));
  }

  async #answer(controller: Socket, request: ControlRequest): Promise<void> {
    const { id, op, ...details } = request;
    try {
      const resumed = await this.#renew();
      const handle = this.#handlers[op] as (request: typeof details) => Promise<unknown>;
      const result = op === 'renew' ? { resumed } : await handle(details);
      writeJsonLine(controller, { id, ok: true, result } satisfies ControlAnswer);
      if (op === 'exit') controller.end(() => this.#onExit());
    } catch (error) {
      const { code, message } = isChaosError(error) ? error : new ChaosError('PROXY_FAILED', String(error));
      writeJsonLine(controller, { id, ok: false, code, message } satisfies ControlAnswer);
    }
  }

  /** Any request shows that the controller lives: what it had asked for comes back before the request is served. */
  async #renew(): Promise<readonly string[]> {
    const wasLost = this.#lease.isLost;
    this.#lease.renew();
    if (!wasLost) return [];
    const resumed = await Promise.all(this.#routes.map(({ traffic }) => traffic.resume()));
    return resumed.flat();
  }

  readonly #handlers: Handlers = {
    renew: () => Promise.resolve({ resumed: [] }),
    openDependencyRoute: async ({ component, upstream, listen }) => {
      const route = await DependencyRoute.open(component, upstream, listen);
      return { route: this.#routes.push(route) - 1, listen: route.listen };
    },
    openOutgoingRoute: async ({ component }) => {
      const route = await OutgoingRoute.open(component);
      return { route: this.#routes.push(route) - 1, port: route.port };
    },
    openDialSocket: async ({ route }) => {
      const path = dialPathIn(this.#directory, this.#outgoing(route).port);
      this.#dialServers.push(await DialServer.listen(path, this.#outgoing(route)));
      return { path };
    },
    addToxic: async ({ route, toxicId, toxic }) => {
      await this.#route(route).traffic.addToxic(toxicId, toxic);
      return {};
    },
    removeToxic: async ({ route, toxicId }) => {
      await this.#route(route).traffic.removeToxic(toxicId);
      return {};
    },
    stats: ({ route }) => Promise.resolve(this.#route(route).traffic.counters.stats()),
    decisions: ({ route, toxicId }) => Promise.resolve(this.#route(route).traffic.decisions.take(toxicId)),
    sampling: async ({ route, echoPort, peer }) => {
      const { sampling } = this.#route(route);
      sampling.echoPort = echoPort;
      return { port: await sampling.portFor(peer ?? null) };
    },
    dial: ({ route, dial, ...request }) => this.#outgoing(route).dial(dial, request),
    claim: ({ route, dial, localPort }) => {
      this.#outgoing(route).claim(dial, localPort);
      return Promise.resolve({});
    },
    abandon: ({ route, dial }) => {
      this.#outgoing(route).abandon(dial);
      return Promise.resolve({});
    },
    lookUp: async ({ route, host }) => ({ failure: await this.#route(route).traffic.lookups.lookUp(host) }),
    sampleLookup: ({ route, host }) =>
      Promise.resolve({ failure: this.#route(route).traffic.lookups.sample(host) }),
    retire: async () => {
      await this.retire();
      return {};
    },
    exit: async ({ drainMs }) => {
      await Promise.all(this.#routes.map(({ traffic }) => traffic.clear()));
      await drain(() => this.#routes.flatMap(({ traffic }) => traffic.connections), drainMs);
      return {};
    },
  };

  #route(index: number): DependencyRoute | OutgoingRoute {
    const route = this.#routes[index];
    if (route === undefined) throw new ChaosError('PROXY_FAILED', `the proxy has no route ${index}`);
    return route;
  }

  #outgoing(index: number): OutgoingRoute {
    const route = this.#route(index);
    if (!(route instanceof OutgoingRoute))
      throw new ChaosError('PROXY_FAILED', `route ${index} dials for nobody`);
    return route;
  }
}

function logged(error: unknown): void {
  process.stderr.write(`${String(error)}\n`);
}
