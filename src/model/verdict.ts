/** What a run showed, worst first: the experiment's verdict is the worst of its scenarios'. */
export const verdictsWorstFirst = [
  'leaked',
  'interrupted',
  'not-recovered',
  'deviated',
  'not-steady',
  'not-injected',
  'inconclusive',
  'held',
] as const;
export type Verdict = (typeof verdictsWorstFirst)[number];

/** How far a run got. */
export type Status =
  | 'refused'
  | 'baseline'
  | 'injecting'
  | 'recovering'
  | 'completed'
  | 'stopped'
  | 'crashed';

const exitCodes: Readonly<Record<Verdict, number>> = {
  leaked: 6,
  interrupted: 130,
  'not-recovered': 5,
  deviated: 1,
  'not-steady': 3,
  'not-injected': 4,
  inconclusive: 7,
  held: 0,
};

/** The exit code of `chaosx run` for a verdict. */
export function exitCodeOf(verdict: Verdict): number {
  return exitCodes[verdict];
}

/** Refused input: invalid, unsafe, or a scenario that nothing here supports. */
export const refusedExitCode = 2;
/** A bug of ours. */
export const internalExitCode = 70;

/** The worst of several verdicts; nothing at all is `inconclusive`. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  return verdictsWorstFirst.find((verdict) => verdicts.includes(verdict)) ?? 'inconclusive';
}
