import type { CampaignResults } from '../../model/campaign-results.js';

/** The command that does the same again with the same choices; FILE is what the campaign was started with. */
export function repeatCommand({ kind, seed, roundsRun }: CampaignResults): string {
  switch (kind) {
    case 'tester':
      return `chaosx test FILE --iterations ${roundsRun} --seed ${seed}`;
    case 'repeat':
      return `chaosx run FILE --repeat ${roundsRun} --seed ${seed}`;
    case 'continuous':
    case 'gameday':
    case 'daily':
      return `chaosx ${kind} FILE --seed ${seed}`;
  }
}
