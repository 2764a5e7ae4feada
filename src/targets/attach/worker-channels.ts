import { InspectorChannel } from './inspector-channel.js';

/** Channels to the worker threads of a process that run now, through the channel to its main thread. */
export async function workerChannels(
  main: InspectorChannel,
  signal: AbortSignal,
): Promise<readonly InspectorChannel[]> {
  const channels = new Map<string, InspectorChannel>();
  main.on('NodeWorker.attachedToWorker', ({ sessionId }) => {
    const write = (message: string) => main.tell('NodeWorker.sendMessageToWorker', { sessionId, message });
    channels.set(String(sessionId), new InspectorChannel(write));
  });
  main.on('NodeWorker.receivedMessageFromWorker', ({ sessionId, message }) => {
    channels.get(String(sessionId))?.receive(String(message));
  });
  main.on('NodeWorker.detachedFromWorker', ({ sessionId }) => {
    channels.get(String(sessionId))?.close(new Error('the worker thread ended'));
    channels.delete(String(sessionId));
  });
  await main.ask('NodeWorker.enable', { waitForDebuggerOnStart: false }, signal);
  return [...channels.values()];
}
