import { ChaosError } from '../model/chaos-error.js';

/**
 * Where a test command says what its tests came to. `auto`: TAP when its output is TAP, else its exit code alone.
 * In a JUnit report, `path` is a file that the command writes.
 */
export type ReportSource =
  | { readonly kind: 'auto' }
  | { readonly kind: 'tap' }
  | { readonly kind: 'exit-code' }
  | { readonly kind: 'junit'; readonly path: string };

/** In a command or an environment, stands for a file in the folder of the run. */
export const reportPlaceholder = '{report}';

/**
 * Reads `junit:PATH`, `junit` (for a command with `{report}`), `tap`, `none` or `auto`.
 *
 * @throws ChaosError INVALID_INPUT
 */
export function reportSource(text: string, command: readonly string[]): ReportSource {
  const [kind = '', ...rest] = text.split(':');
  const path = rest.join(':');
  const named = command.some((word) => word.includes(reportPlaceholder));
  if (kind === 'junit') {
    if (path !== '') return { kind, path };
    if (named) return { kind, path: reportPlaceholder };
    throw new ChaosError('INVALID_INPUT', 'expected the file of the JUnit report, got none', {
      hint: 'name it, --report junit:junit.xml, or use {report} in the command: vitest run --reporter=junit --outputFile={report}',
    });
  }
  if (path === '') {
    if (kind === 'tap' || kind === 'auto')
      return kind === 'auto' && named ? { kind: 'junit', path: reportPlaceholder } : { kind };
    if (kind === 'none') return { kind: 'exit-code' };
  }
  throw new ChaosError(
    'INVALID_INPUT',
    `expected a report junit:PATH, tap, none or auto, got ${JSON.stringify(text)}`,
    {
      hint: 'docs/suites.md says which one each test runner can give',
    },
  );
}
