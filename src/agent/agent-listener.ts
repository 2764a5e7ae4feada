import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { readJsonLines } from '../proxy/json-lines.js';
import { keepPrivate } from '../proxy/unix-socket-file.js';
import { AgentConnection } from './agent-connection.js';
import { type AgentMessage, protocolVersion } from './protocol.js';
import { setTimeout, clearTimeout } from '../model/real-timers.js';

/** Who connects says in time who it is. */
const helloLimitMs = 2_000;

type Hello = Extract<AgentMessage, { kind: 'hello' }>;

export interface AgentListenerOptions {
  readonly path: string;
  readonly token: string;
  /** An agent that knows the token; `armed`: the faults that it has found and armed. */
  readonly onAgent: (agent: AgentConnection, armed: readonly string[]) => void;
  readonly onMessage: (
    agent: AgentConnection,
    message: Extract<AgentMessage, { kind: 'fired' | 'seen' }>,
  ) => void;
}

/** The Unix socket at which agents meet their controller. It keeps no process alive. */
export class AgentListener implements AsyncDisposable {
  readonly #options: AgentListenerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  static async listen(options: AgentListenerOptions): Promise<AgentListener> {
    const server = createServer();
    const listener = new AgentListener(options, server);
    server.listen(options.path);
    await once(server, 'listening');
    await keepPrivate(options.path);
    server.unref();
    return listener;
  }

  private constructor(options: AgentListenerOptions, server: Server) {
    this.#options = options;
    this.#server = server;
    server.on('connection', (socket) => this.#meet(socket));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #meet(socket: Socket): void {
    this.#sockets.add(socket);
    socket.unref();
    let agent: AgentConnection | null = null;
    const impatience = setTimeout(() => socket.destroy(), helloLimitMs).unref();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(impatience);
      this.#sockets.delete(socket);
    });
    readJsonLines(socket, (line) => {
      const message = line as AgentMessage;
      if (agent === null) {
        if (!this.#isWelcome(message)) {
          socket.destroy();
          return;
        }
        clearTimeout(impatience);
        agent = new AgentConnection(socket, message.place);
        this.#options.onAgent(agent, message.armed);
      } else this.#pass(agent, message);
    });
  }

  #isWelcome(message: AgentMessage): message is Hello {
    if (message?.kind !== 'hello' || message.version !== protocolVersion) return false;
    const token: unknown = message.token;
    const [given, asked] = [Buffer.from(String(token)), Buffer.from(this.#options.token)];
    return given.length === asked.length && timingSafeEqual(given, asked);
  }

  #pass(agent: AgentConnection, message: AgentMessage): void {
    switch (message.kind) {
      case 'answer':
      case 'refusal':
        agent.settle(message);
        return;
      case 'fired':
      case 'seen':
        this.#options.onMessage(agent, message);
        return;
      case 'hello':
    }
  }
}
