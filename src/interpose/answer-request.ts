import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { agentGiving, agentOf } from './agent-of.js';
import { answeringSocket } from './answering-socket.js';
import { type AskedRequest, askedRequest } from './asked-request.js';
import { connectionReset } from './connection-reset.js';
import { enclosedSync } from './enclosed-calls.js';
import { answerParts, breakMs, type HttpAnswer } from './http-answer.js';
import { markInjected } from './injected-error.js';
import { loseEvents } from './lose-events.js';
import { inNextTurn } from './next-turn.js';
import type { GivenAnswer, PlatformHit } from './platform-call.js';

/** The part of `http` or `https` through which a request is made. */
interface HttpModule {
  readonly globalAgent: Agent;
}

interface Asked extends AskedRequest {
  readonly agent: Agent;
}

/**
 * A real `ClientRequest` whose socket leads to an answer of ours: the platform's own parser reads it.
 * `after`: the real reply is read to its end first, and then that of a second such request is given in its place.
 */
export function answerRequest(call: PlatformHit, given: GivenAnswer, { globalAgent }: HttpModule): unknown {
  const read = askedRequest(call.args, 0);
  const agent = read === null ? null : agentOf(read.options, globalAgent);
  if (read === null || agent === null) return call.proceed();
  const asked = { ...read, agent };
  return given.moment === 'before' ? answerInstead(call, given, asked) : replaceReply(call, given, asked);
}

function answerInstead(call: PlatformHit, { answer, felt }: GivenAnswer, asked: Asked): ClientRequest {
  const request = requestAnswered(call, answer, asked, asked.trailing);
  observeAnswer(call, request, felt);
  return request;
}

/** A request that is given our answer, once it is sent. */
function requestAnswered(
  call: PlatformHit,
  answer: HttpAnswer,
  { agent, leading, options, peer, httpMethod }: Asked,
  trailing: readonly unknown[],
): ClientRequest {
  const socket = answeringSocket(peer, (agent as { protocol?: unknown }).protocol === 'https:');
  const given = { ...options, agent: agentGiving(agent, socket) };
  const request = enclosedSync(() => call.proceed([...leading, given, ...trailing])) as ClientRequest;
  Object.assign(request, { agent });
  if (request.hasHeader('expect')) {
    socket.once('connect', () => inNextTurn(() => say(socket, 'HTTP/1.1 100 Continue\r\n\r\n')));
  }
  loseEvents(request, ['finish'], () => {
    inNextTurn(() => void sendAnswer(socket, request, answer, httpMethod, call));
    return false;
  });
  return request;
}

async function sendAnswer(
  socket: Socket,
  request: ClientRequest,
  answer: HttpAnswer,
  httpMethod: string,
  { delays }: PlatformHit,
): Promise<void> {
  const { statusText, headers, body } = answerParts(answer, httpMethod, request.shouldKeepAlive);
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  say(socket, `HTTP/1.1 ${answer.status} ${statusText}\r\n${lines.join('')}\r\n`, body);
  if (answer.breaksAfterBytes !== null) {
    await delays.sleep(breakMs, null);
    socket.destroy(connectionReset());
  } else if (!request.shouldKeepAlive) say(socket, null);
}

function say(socket: Socket, head: string | null, body: Uint8Array = Buffer.alloc(0)): void {
  if (socket.destroyed || socket.readableEnded) return;
  socket.push(head === null ? null : Buffer.concat([Buffer.from(head, 'latin1'), body]));
}

function observeAnswer(call: PlatformHit, request: ClientRequest, felt: () => void): void {
  void call.observe(
    () =>
      new Promise((resolve) => {
        loseEvents(request, ['response'], (_event, [response]) => {
          felt();
          resolve(markInjected(response as IncomingMessage));
          return false;
        });
      }),
  );
}

function replaceReply(call: PlatformHit, { answer, felt }: GivenAnswer, asked: Asked): ClientRequest {
  const request = call.proceed() as ClientRequest & { res: IncomingMessage | null };
  let real: IncomingMessage | null = null;
  let isReplaced = false;
  observeAnswer(call, request, felt);
  // oxlint-disable-next-line typescript/unbound-method -- called with the request as `this`
  const { emit } = request;
  const tell = (...event: readonly unknown[]) => Reflect.apply(emit, request, event) as boolean;
  loseEvents(request, ['response', 'error', 'close'], (event, [reply]) => {
    if (event === 'response' && real === null) {
      if (call.delays.isOver()) return false;
      real = reply as IncomingMessage;
      real.resume().once('end', () => {
        isReplaced = true;
        giveAnswer(call, request, answer, asked, tell);
      });
      // Until then it has not come: a request that is destroyed hangs up.
      request.res = null;
      return true;
    }
    // The connection of the real reply may go its way: the caller is on ours.
    return real?.complete === true || isReplaced;
  });
  return request;
}

/** Asks once more, out of sight, and has the first request emit what the second one meets. */
function giveAnswer(
  call: PlatformHit,
  request: ClientRequest & { res: IncomingMessage | null },
  answer: HttpAnswer,
  asked: Asked,
  tell: (...event: readonly unknown[]) => boolean,
): void {
  const { signal: _, timeout: _timeout, ...options } = asked.options;
  const second = requestAnswered(call, answer, { ...asked, options }, []);
  second.on('response', (response) => {
    const belongTo = (req: ClientRequest) => Object.assign(response, { req });
    request.res = belongTo(request);
    // The platform ends the request of a reply that ends: it is the second one's.
    response.prependOnceListener('end', () => belongTo(second)).once('end', () => belongTo(request));
    if (!tell('response', response)) response.resume();
  });
  second.on('error', (error) => tell('error', error));
  second.on('close', () => tell('close'));
  second.end();
}
