import { StopReason } from '../orchestrator/stop-reason.js';
import { StopRequest } from '../undo/stop-request.js';

interface Stopper extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * Ctrl-C and friends revert first; asking again changes nothing, because an undo is under way. What breaks things is
 * stopped by `chaosx stop`, too: a campaign as a whole, and not its round alone.
 */
export function stopOnSignals(what: 'breaks-things' | 'only-serves'): Stopper {
  const controller = new AbortController();
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.stderr.write('reverting; please wait\n');
    else controller.abort(new StopReason('signal', name));
  };
  for (const name of names) process.on(name, onSignal);
  let isOver = false;
  let watch: Disposable | undefined;
  if (what === 'breaks-things') {
    StopRequest.in().then(
      (request) => {
        const stop = () => controller.abort(new StopReason('signal', 'chaosx stop'));
        if (!isOver) watch = request.watch(stop);
      },
      // A state directory that may not be trusted is refused by the run itself, with the reason.
      () => undefined,
    );
  }
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      isOver = true;
      watch?.[Symbol.dispose]();
      for (const name of names) process.off(name, onSignal);
    },
  };
}
