import { StopReason } from '../orchestrator/stop-reason.js';

interface Stopper extends Disposable {
  readonly signal: AbortSignal;
}

/** Ctrl-C and friends revert first; asking again changes nothing, because an undo is under way. */
export function stopOnSignals(): Stopper {
  const controller = new AbortController();
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.stderr.write('reverting; please wait\n');
    else controller.abort(new StopReason('signal', name));
  };
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
