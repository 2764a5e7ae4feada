import type { Socket } from 'node:net';

type Push = Parameters<Socket['push']>;

/**
 * Holds back what a socket receives, and has it read no more meanwhile: to whoever uses it nothing has come yet.
 *
 * @param until - asked when the first bytes come; null: they need not wait
 */
export function holdBack(socket: Socket, until: () => Promise<void> | null): void {
  const held: Push[] = [];
  const letGo = () => {
    Reflect.deleteProperty(socket, 'push');
    if (socket.destroyed) return;
    for (const push of held) socket.push(...push);
  };
  const value = (...push: Push): boolean => {
    held.push(push);
    if (held.length > 1) return false;
    const waiting = until();
    if (waiting === null) letGo();
    else void waiting.then(letGo);
    return false;
  };
  Object.defineProperty(socket, 'push', { value, writable: true, configurable: true });
}
