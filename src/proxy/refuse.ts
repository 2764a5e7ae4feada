import type { Connection } from './connection.js';
import type { Gate } from './gate.js';

/** Resolves once connects to the gates are refused and every open connection is reset. */
export async function refuse(
  toxicId: string,
  gates: Iterable<Gate>,
  connections: Iterable<Connection>,
): Promise<void> {
  await Promise.all([...gates].map((gate) => gate.shut()));
  for (const connection of connections) {
    connection.counters.affect(toxicId, connection, 0);
    connection.reset();
  }
}

/** Resolves once the gates take connections again. */
export async function admit(gates: Iterable<Gate>): Promise<void> {
  await Promise.all([...gates].map((gate) => gate.reopen()));
}
