import type { CampaignResults } from '../../model/campaign-results.js';

/** The command that does the same again with the same choices; FILE is what the campaign was started with. */
export function repeatCommand(results: CampaignResults): string {
  const { seed, roundsRun } = results;
  switch (results.kind) {
    case 'tester':
      return `chaosx test FILE --iterations ${roundsRun} --seed ${seed}`;
    case 'repeat':
      return `chaosx run FILE --repeat ${results.times} --seed ${seed}`;
    case 'suite':
      return `chaosx suite --seed ${seed} -- ${results.command}`;
    case 'continuous':
    case 'gameday':
    case 'daily':
      return `chaosx ${results.kind} FILE --seed ${seed}`;
  }
}
