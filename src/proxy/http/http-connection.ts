import { systemClock } from '../../model/system-clock.js';
import { addressText } from '../listen-address.js';
import type { OpenConnection } from '../network-proxy.js';
import { ByteSink } from './byte-sink.js';
import { ByteSource, Gone } from './byte-source.js';
import type { Dial } from './dial-upstream.js';
import { type End, resetEnd } from './end.js';
import { Exchange } from './exchange.js';
import { requestFraming, responseFraming } from './framing.js';
import { mayBeginRequest, mayBeginResponse, RequestHead, ResponseHead } from './head.js';
import type { HttpConnectionHost } from './http-connection-host.js';
import { isUpgraded } from './is-upgraded.js';
import { noTunnelPlan } from './no-tunnel.js';
import { ownAnswer } from './own-answer.js';
import type { Plan } from './plan.js';
import { pump } from './pump.js';
import { readBody } from './read-body.js';
import { readHead } from './read-head.js';
import { type After, type Answer, type Outlet, relayMessage } from './relay-message.js';
import { Turns } from './turns.js';

/** Which connection of its proxy it is. */
interface Facts {
  readonly number: number;
  /** On the wall clock. */
  readonly openedMs: number;
}

/** How long a connection that we ended may still bring what nobody reads, so that the client sees all that was sent. */
const lingerMs = 2_000;

/** A reset throws away what the client has not read, and where both come at once, libuv takes the reset for an end. */
const settleMs = 20;

/** A client's connection with one of its own to the upstream. What no rule touches passes byte by byte as it came. */
export class HttpConnection implements OpenConnection {
  readonly number: number;
  readonly client: string;
  readonly openedMs: number;
  /** How many it has brought. */
  requests = 0;
  readonly #client: End;
  readonly #upstream: End;
  readonly #dialed: Promise<boolean>;
  readonly #host: HttpConnectionHost;
  readonly #fromClient: ByteSource;
  readonly #fromUpstream: ByteSource;
  readonly #toClient: ByteSink;
  readonly #toUpstream: ByteSink;
  readonly #turns: Turns;
  readonly #over = new AbortController();

  constructor(client: End, dial: Dial, { number, openedMs }: Facts, host: HttpConnectionHost) {
    this.number = number;
    this.openedMs = openedMs;
    this.client = addressText({ host: client.raw.remoteAddress ?? '', port: client.raw.remotePort ?? 0 });
    const { end: upstream, isReached } = dial;
    this.#client = client;
    this.#upstream = upstream;
    this.#dialed = isReached;
    this.#host = host;
    this.#fromClient = new ByteSource(client.stream);
    this.#fromUpstream = new ByteSource(upstream.stream);
    this.#toClient = new ByteSink(client.stream);
    this.#toUpstream = new ByteSink(upstream.stream);
    this.#turns = new Turns(this.#fromUpstream, isReached);
    client.stream.once('close', (hadError) => {
      this.#over.abort(new Gone());
      if (hadError) resetEnd(upstream);
      else if (upstream.raw.connecting) upstream.stream.destroy();
      else upstream.stream.destroySoon();
      host.closed();
    });
    upstream.stream.once('close', () => void this.#onUpstreamClosed());
    void this.#run(() => this.#requests());
    void this.#run(() => this.#answers());
  }

  /** As they go over the network, under TLS more than what is said. */
  get bytesUpstream(): number {
    return this.#upstream.raw.bytesWritten;
  }

  get bytesDownstream(): number {
    return this.#client.raw.bytesWritten;
  }

  reset(): void {
    resetEnd(this.#upstream);
    resetEnd(this.#client);
  }

  /** Ends as if all were well, after what was written; the client may still be sending. */
  close(): void {
    const { stream } = this.#client;
    this.#upstream.stream.destroy();
    this.#toClient.end();
    stream.removeAllListeners('readable');
    stream.resume();
    const linger = setTimeout(() => stream.destroy(), lingerMs);
    stream.once('close', () => clearTimeout(linger));
  }

  destroy(): void {
    this.#upstream.stream.destroy();
    this.#client.stream.destroy();
  }

  async #onUpstreamClosed(): Promise<void> {
    if (await this.#dialed) {
      // Without an error, what it sent may still wait for its turn.
      if (this.#upstream.stream.errored !== null) resetEnd(this.#client);
    } else if (!this.#host.mayAnswer()) this.#refuse();
  }

  async #run(loop: () => Promise<void>): Promise<void> {
    try {
      await loop();
    } catch (error) {
      if (error instanceof Gone) return;
      this.#host.failed(error);
      this.reset();
    }
  }

  async #requests(): Promise<void> {
    for (;;) {
      const bytes = await readHead(this.#fromClient, mayBeginRequest);
      const request = bytes === null ? null : RequestHead.parse(bytes);
      if (bytes !== null && isBlank(bytes)) {
        await this.#forward(bytes);
        continue;
      }
      const framing = request === null ? null : requestFraming(request);
      if (request === null || framing === null) {
        await this.#passRequests(bytes);
        return;
      }
      this.requests += 1;
      const plan = request.method === 'CONNECT' ? noTunnelPlan : this.#host.meet(request);
      const exchange = new Exchange(request, plan);
      this.#turns.add(exchange);
      await this.#sleep(plan.request.delayMs);
      const body = readBody(this.#fromClient, framing);
      if (exchange.isOurs) {
        for (const { rule } of plan.request.shaping) this.#host.spared(rule, 'the upstream is not asked');
        if (exchange.expectsContinue || plan.ending?.type === 'abort') exchange.setReceived();
        for await (const _part of body);
        exchange.setReceived();
        if (exchange.isLast) return;
        continue;
      }
      if (!(await this.#reaches())) return;
      const message = { kind: 'request', head: request, framing, parts: body } as const;
      const after = await relayMessage(message, plan.request, this.#outlet(this.#toUpstream));
      if (after === 'close') {
        // The upstream still may answer; what the client has to say beyond that is lost.
        this.#toUpstream.end();
        while (await this.#fromClient.any()) this.#fromClient.take(this.#fromClient.held.length);
        return;
      }
      const isTunnel = request.values('upgrade').length > 0 && (await isUpgraded(exchange, this.#fromClient));
      if (isTunnel || after !== 'goes-on') {
        await pump(this.#fromClient, this.#toUpstream);
        return;
      }
    }
  }

  /** What is not HTTP/1, from here on and both ways; also nothing at all, which is how a client ends. */
  async #passRequests(bytes: Buffer | null): Promise<void> {
    if (bytes !== null || this.#fromClient.held.length > 0) {
      this.#host.notHttp();
      this.#turns.add('not-http');
      if (bytes !== null && !(await this.#forward(bytes))) return;
    }
    if (await this.#dialed) await pump(this.#fromClient, this.#toUpstream);
    else this.#refuse();
  }

  /** @returns false when there is no upstream; the client is told */
  async #reaches(): Promise<boolean> {
    const isReached = await this.#dialed;
    if (!isReached) this.#refuse();
    return isReached;
  }

  async #forward(bytes: Buffer): Promise<boolean> {
    const isReached = await this.#reaches();
    if (isReached) await this.#toUpstream.write(bytes);
    return isReached;
  }

  /** What a client sent is lost, which it is told. */
  #refuse(): void {
    if (this.#client.raw.bytesRead > 0) resetEnd(this.#client);
    else this.#client.stream.destroy();
  }

  async #answers(): Promise<void> {
    for (;;) {
      const turn = await this.#turns.next();
      if (!(turn instanceof Exchange)) {
        await pump(this.#fromUpstream, this.#toClient);
        return;
      }
      const after = turn.isOurs ? await this.#answerFromUs(turn) : await this.#answerFromUpstream(turn);
      switch (after) {
        case 'goes-on':
          continue;
        case 'cut':
          await pump(this.#fromUpstream, this.#toClient);
          return;
        case 'close':
          this.close();
          return;
        case 'reset':
          this.#host.aborted();
          await this.#toClient.flushed();
          await this.#sleep(settleMs);
          this.reset();
          return;
      }
    }
  }

  async #answerFromUs(exchange: Exchange): Promise<After> {
    const { plan, request, isLast } = exchange;
    await exchange.received;
    exchange.setUpgraded(false);
    if (plan.ending?.type !== 'status') {
      await this.#sleep(plan.response.delayMs);
      return this.#abortBy(plan);
    }
    const after = await this.#give(ownAnswer(plan.ending, request, isLast), plan);
    return after === 'goes-on' && isLast ? 'close' : after;
  }

  async #answerFromUpstream(exchange: Exchange): Promise<After> {
    const { plan, request } = exchange;
    for (;;) {
      const bytes = await readHead(this.#fromUpstream, mayBeginResponse);
      const head = bytes === null ? null : ResponseHead.parse(bytes);
      if (bytes === null || head === null) {
        if (bytes !== null) await this.#toClient.write(bytes);
        if (bytes !== null && isBlank(bytes)) continue;
        return 'cut';
      }
      const isUpgrade = head.status === 101;
      if (head.status < 200 && !(isUpgrade && plan.ending !== null)) {
        if (isUpgrade) for (const edits of plan.response.edits) head.edit(edits);
        if (isUpgrade) await this.#sleep(plan.response.delayMs);
        await this.#toClient.write(head.toBuffer());
        if (!isUpgrade) continue;
        this.#host.answered(head.status);
        exchange.setUpgraded(true);
        return 'cut';
      }
      const framing = responseFraming(head, request.method);
      const parts = readBody(this.#fromUpstream, framing);
      if (plan.ending === null) {
        exchange.setUpgraded(false);
        return await this.#give({ kind: 'answer', head, framing, parts }, plan);
      }
      if (plan.ending.type === 'abort') {
        await this.#sleep(plan.response.delayMs);
        return this.#abortBy(plan);
      }
      for await (const _part of parts);
      exchange.setUpgraded(false);
      const isLast = isUpgrade || exchange.isLast;
      const after = await this.#give(ownAnswer(plan.ending, request, isLast), plan);
      return after === 'goes-on' && isLast ? 'close' : after;
    }
  }

  async #give(answer: Answer, plan: Plan): Promise<After> {
    await this.#sleep(plan.response.delayMs);
    this.#host.answered(answer.head.status);
    return await relayMessage(answer, plan.response, this.#outlet(this.#toClient));
  }

  #outlet(sink: ByteSink): Outlet {
    return {
      sink,
      sleep: (delayMs) => this.#sleep(delayMs),
      onSpared: (rule, why) => this.#host.spared(rule, why),
    };
  }

  #abortBy({ ending }: Plan): After {
    return ending?.type === 'abort' && ending.how === 'close' ? 'close' : 'reset';
  }

  async #sleep(delayMs: number): Promise<void> {
    if (delayMs > 0) await systemClock.sleep(delayMs, this.#over.signal);
  }
}

function isBlank(bytes: Buffer): boolean {
  return /^[\r\n]+$/.test(bytes.toString('latin1', 0, 64));
}
