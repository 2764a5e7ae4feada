import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { DialAnswer } from '../model/dialer.js';
import type { ControlAnswer, DialRequests } from './control-protocol.js';
import { readJsonLines, writeJsonLine } from './json-lines.js';
import type { OutgoingRoute } from './outgoing-route.js';

/**
 * Takes the dials and look-ups of other processes, on a Unix socket that can do nothing else: the agents in a target and in what it
 * starts. Each has numbers of its own for its dials, and what it dialled and did not claim ends with it.
 */
export class DialServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #route: OutgoingRoute;
  readonly #askers = new Set<Socket>();
  #lastDial = 0;
  #isRetired = false;

  static async listen(path: string, route: OutgoingRoute): Promise<DialServer> {
    const server = createServer();
    server.listen(path);
    await once(server, 'listening');
    return new DialServer(server, route);
  }

  private constructor(server: Server, route: OutgoingRoute) {
    this.#server = server;
    this.#route = route;
    server.on('connection', (asker) => this.#serve(asker));
  }

  /** What is dialled already may be claimed; from now on askers connect by themselves. */
  retire(): void {
    this.#isRetired = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const asker of this.#askers) asker.destroy();
    await closed;
  }

  #serve(asker: Socket): void {
    /** The route's numbers of the dials that this asker has not claimed. */
    const dials = new Map<number, number>();
    this.#askers.add(asker);
    asker.on('error', () => asker.destroy());
    asker.on('close', () => {
      this.#askers.delete(asker);
      for (const dial of dials.values()) this.#route.abandon(dial);
    });
    readJsonLines(asker, (message) => {
      const request = message as DialRequests;
      const { id } = request;
      const answer = (result: unknown) =>
        writeJsonLine(asker, { id, ok: true, result } satisfies ControlAnswer);
      switch (request.op) {
        case 'dial':
          void this.#dial(request, dials).then(answer);
          return;
        case 'lookUp':
          void this.#route.traffic.lookups.lookUp(request.host).then((failure) => answer({ failure }));
          return;
        case 'claim':
        case 'abandon': {
          const dial = dials.get(request.dial);
          dials.delete(request.dial);
          if (dial !== undefined && request.op === 'claim') this.#route.claim(dial, request.localPort);
          else if (dial !== undefined) this.#route.abandon(dial);
          answer({});
          return;
        }
        default:
          asker.destroy();
      }
    });
  }

  async #dial(
    { dial: theirs, ...request }: Extract<DialRequests, { readonly op: 'dial' }>,
    dials: Map<number, number>,
  ): Promise<DialAnswer> {
    if (this.#isRetired) return { outcome: 'unavailable' };
    this.#lastDial += 1;
    // Apart from those that the controller's own process numbers from 1 on.
    const dial = -this.#lastDial;
    dials.set(theirs, dial);
    const answer = await this.#route.dial(dial, request);
    if (answer.outcome === 'connected') return { ...answer, dial: theirs };
    dials.delete(theirs);
    return answer;
  }
}
