import { writeSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { threadId } from 'node:worker_threads';
import { exempt } from '../interpose/exempt.js';
import { fileHandles } from '../interpose/file-handles.js';
import { isChaosError } from '../model/chaos-error.js';
import { readJsonLines, writeJsonLine } from '../proxy/json-lines.js';
import {
  agentSocketIn,
  type AgentFacts,
  claimPlace,
  isLeaseFresh,
  readAgentFacts,
} from './agent-directory.js';
import { ArmedFaults } from './armed-faults.js';
import type * as faultCode from './fault-code.js';
import { type AgentCommand, type AgentMessage, protocolVersion, type WireError } from './protocol.js';
import type { HandlerCounter } from './modules/handler-counter.js';
import type { SiteSource } from './site-source.js';

/** What makes faults. */
export type FaultCode = Pick<typeof faultCode, 'armFault' | 'siteNames'>;

/** What the session takes from the one that starts it; it ends with the session. */
export interface SessionParts {
  /** Asked for when the first fault comes. */
  readonly faultCode: () => FaultCode;
  /** Where functions of the target's modules are found. */
  readonly sources?: readonly SiteSource[];
  /** Counts handlers of errors in modules. */
  readonly handlers?: HandlerCounter | null;
  /** Called once, when everything is back. */
  readonly onLeave?: () => void;
}

/** The agent of this thread. It ends by itself when its controller does. */
export interface AgentSession {
  /** Its number. */
  readonly place: number;
  /** Puts everything back, and hangs up: nothing of the agent is left. Idempotent. */
  leave(): void;
}

/**
 * Connects this thread to the controller of a directory, which may then make faults in it. Keeps nothing alive, throws
 * nothing: without a controller nothing happens.
 *
 * Faults that are armed already are armed before it returns, so that code which runs next meets them. Everything is put
 * back when the controller asks for it, hangs up, or is silent for 1.5 s.
 *
 * @param directory - the agent directory, in which the controller is found
 * @returns null without a controller
 */
export function startSession(directory: string, parts: SessionParts): AgentSession | null {
  return exempt(() => {
    try {
      // First: a controller that takes a fault off waits for those who may have seen it armed.
      const place = claimPlace(directory);
      const facts = readAgentFacts(directory);
      return facts === null ? null : new Session(directory, place, facts, parts);
    } catch {
      return null;
    }
  });
}

class Session implements AgentSession {
  readonly place: number;
  readonly #sources: readonly SiteSource[];
  readonly #faultCode: () => FaultCode;
  readonly #faults: ArmedFaults;
  readonly #socket: Socket;
  #onLeave: (() => void) | undefined;
  /** What is told before the first turn of the loop, in which the socket learns that it is connected; null from then on. */
  #untold: string[] | null = [];

  constructor(directory: string, place: number, facts: AgentFacts, parts: SessionParts) {
    const { faultCode, sources = [], handlers = null, onLeave } = parts;
    this.place = place;
    this.#sources = sources;
    this.#faultCode = faultCode;
    this.#onLeave = onLeave;
    this.#faults = new ArmedFaults({
      directory,
      place,
      armFault: (fault, options) => faultCode().armFault(fault, options),
      sources,
      handlers,
      tell: (message) => this.#tell(message),
    });
    const socket = connect({ path: agentSocketIn(directory) });
    this.#socket = socket;
    socket.unref();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.leave());
    const tellAtExit = () => this.#tellAtOnce();
    // After the faults' own listener, which tells what they have seen.
    process.on('exit', tellAtExit);
    socket.on('connect', () => {
      // Not at the start: it is soon enough for the first fault, and most programs do more than start.
      void fileHandles.areKnown();
      this.#untold = null;
      process.off('exit', tellAtExit);
    });
    socket.on('close', () => process.off('exit', tellAtExit));
    readJsonLines(socket, (message) => exempt(() => this.#obey(message as AgentCommand)));
    if (facts.faults.length > 0 && isLeaseFresh(directory)) this.#faults.armFound(facts.faults);
    this.#tell({
      kind: 'hello',
      version: protocolVersion,
      token: facts.token,
      place: { number: place, pid: process.pid, threadId, nodeVersion: process.version },
      armed: this.#faults.ids(),
    });
  }

  leave(): void {
    exempt(() => {
      try {
        this.#putBack();
      } catch {
        // There is nobody to tell, and the program is not to fail for it.
      }
      // What was told is written first.
      this.#socket.destroySoon();
    });
  }

  #putBack(): void {
    this.#faults.disarmAll();
    const onLeave = this.#onLeave;
    this.#onLeave = undefined;
    onLeave?.();
  }

  #obey(command: AgentCommand): void {
    const { id } = command;
    const answer = (result: unknown) => this.#tell({ kind: 'answer', id, result });
    const refuse = (error: unknown) => this.#tell({ kind: 'refusal', id, error: wireError(error) });
    try {
      // Only what takes long is answered later: the others act and answer in the order in which they were asked.
      if (command.op === 'sites') this.#faultCode().siteNames(this.#sources).then(answer, refuse);
      else answer(this.#resultOf(command));
    } catch (error) {
      refuse(error);
    }
    if (command.op === 'leave') this.leave();
  }

  #resultOf(command: Exclude<AgentCommand, { op: 'sites' }>): unknown {
    switch (command.op) {
      case 'arm':
        return this.#faults.arm(command.faultId, command.fault);
      case 'disarm':
        this.#faults.disarm(command.faultId);
        return {};
      case 'renew':
        return this.#faults.renew();
      case 'leave':
        this.#putBack();
        return {};
    }
  }

  #tell(message: AgentMessage): void {
    this.#untold?.push(`${JSON.stringify(message)}\n`);
    writeJsonLine(this.#socket, message);
  }

  /** The kernel has connected it long since: a process that ends before its first turn still says what it has seen. */
  #tellAtOnce(): void {
    const { _handle: handle } = this.#socket as Socket & { readonly _handle?: { readonly fd?: number } };
    const fd = handle?.fd ?? -1;
    if (this.#untold === null || fd < 0) return;
    const text = this.#untold.join('');
    try {
      exempt(() => writeSync(fd, text));
    } catch {
      // There is nobody to hear it.
    }
  }
}

function wireError(error: unknown): WireError {
  if (!isChaosError(error)) return { code: 'INTERNAL', message: `the agent failed: ${String(error)}` };
  const { code, message, hint } = error;
  return { code, message, ...(hint !== undefined && { hint }) };
}
