import { distance } from 'fastest-levenshtein';

/** Letters alone decide what is near: `High-Latency` is `high_latency`. */
function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/**
 * The candidate that somebody who wrote `name` most likely meant, or undefined when none is near:
 * at most a third of the letters differ (two of four, for swapped ones), or one name holds the other (`latency` in `high_latency`).
 */
export function closestName(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = bare(name);
  if (wanted === '') return undefined;
  const scored = [...candidates].map((candidate) => ({
    candidate,
    edits: distance(wanted, bare(candidate)),
  }));
  const [best] = scored.toSorted((a, b) => a.edits - b.edits);
  if (best !== undefined && best.edits <= allowedEdits(wanted)) return best.candidate;
  if (wanted.length < 3) return undefined;
  return scored.find(({ candidate }) => bare(candidate).includes(wanted) || isWithin(bare(candidate), wanted))
    ?.candidate;
}

function allowedEdits(wanted: string): number {
  return wanted.length < 4 ? 1 : Math.max(2, Math.floor(wanted.length / 3));
}

function isWithin(candidate: string, wanted: string): boolean {
  return candidate.length >= 3 && wanted.includes(candidate);
}

/** `did you mean "x"?` for the nearest candidate, or undefined when none is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const closest = closestName(name, candidates);
  return closest === undefined ? undefined : `did you mean "${closest}"?`;
}
