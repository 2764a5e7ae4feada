import type { RecoverReport } from '../../undo/recover.js';
import { exitCodeOf } from '../../model/verdict.js';
import { recoverLeftovers } from './recover.js';

/** Undoes what earlier runs left behind and says what was done; exits 6 when something could not be undone. */
export async function recoverCommand(
  json: boolean,
): Promise<{ readonly output: string; readonly exitCode: number }> {
  const reports = await recoverLeftovers();
  const failed = reports.some((report) => report.failed.length > 0);
  const output = json ? `${JSON.stringify(reports, null, 2)}\n` : reportText(reports);
  return { output, exitCode: failed ? exitCodeOf('leaked') : 0 };
}

function reportText(reports: readonly RecoverReport[]): string {
  if (reports.length === 0) return 'nothing was left behind\n';
  const lines = reports.flatMap(({ runId, undone, failed, problems }) => [
    `run ${runId}`,
    ...undone.map(({ kind, id }) => `  undone  ${kind} (${id})`),
    ...failed.map(({ receipt, error }) => `  FAILED  ${receipt.kind} (${receipt.id}): ${error.message}`),
    ...problems.map((problem) => `  skipped ${problem}`),
    ...(undone.length + failed.length === 0 ? ['  nothing was open: its journal is removed'] : []),
  ]);
  return `${lines.join('\n')}\n`;
}
