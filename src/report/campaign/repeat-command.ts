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
    case 'compare': {
      const { base, head } = results;
      if (base.commit === null || head.commit === null) return 'chaosx compare BASE HEAD';
      return `chaosx compare --base ${base.commit} --head ${head.commit} --build BUILD FILE --repeat ${Math.max(base.rounds.length, head.rounds.length)} --seed ${seed}`;
    }
    case 'continuous':
    case 'gameday':
    case 'daily':
      return `chaosx ${results.kind} FILE --seed ${seed}`;
  }
}
