import { ChaosError } from '../../model/chaos-error.js';
import type { InspectorChannel } from './inspector-channel.js';

interface EvaluateResult {
  readonly result: { readonly value?: unknown };
  readonly exceptionDetails?: {
    readonly text: string;
    readonly exception?: { readonly description?: string };
  };
}

/**
 * Evaluates an expression in a thread, and waits for the promise that it may be. Inside, `require` loads modules of the platform.
 *
 * @throws ChaosError INJECTION_FAILED with what it threw
 */
export async function evaluate(
  channel: InspectorChannel,
  expression: string,
  signal: AbortSignal,
): Promise<unknown> {
  const answer = (await channel.ask(
    'Runtime.evaluate',
    evaluateParams(expression),
    signal,
  )) as EvaluateResult;
  const { result, exceptionDetails } = answer;
  if (exceptionDetails === undefined) return result.value;
  const { text, exception } = exceptionDetails;
  throw new ChaosError(
    'INJECTION_FAILED',
    `the agent failed inside the target: ${exception?.description ?? text}`,
  );
}

/** The parameters of `Runtime.evaluate` for it. */
export function evaluateParams(expression: string): Readonly<Record<string, unknown>> {
  return { expression, awaitPromise: true, returnByValue: true, silent: true, includeCommandLineAPI: true };
}

/** A `require` for modules of the platform, whatever the main module is. */
export const platformRequire =
  '((name) => process.getBuiltinModule === undefined ? require(name) : process.getBuiltinModule(name))';
