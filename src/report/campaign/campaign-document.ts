import type { CampaignResults } from '../../model/campaign-results.js';
import { campaignAnswers } from './campaign-answers.js';
import { compareAnswers } from './compare-answers.js';
import { compareDocument } from './compare-document.js';
import { continuousDocument } from './continuous-document.js';
import { dailyDocument } from './daily-document.js';
import type { CampaignDocument } from './document.js';
import { gamedayDocument } from './gameday-document.js';
import { repeatDocument } from './repeat-document.js';
import type { RoundLinks } from './rounds-table.js';
import { suiteAnswers } from './suite-answers.js';
import { suiteDocument } from './suite-document.js';
import { testerDocument } from './tester-document.js';

/** All that a campaign's report says, before it takes a form. */
export function campaignDocument(results: CampaignResults, links: RoundLinks): CampaignDocument {
  return {
    answers: answersOf(results),
    ...ofKind(results, links),
  };
}

function answersOf(results: CampaignResults): CampaignDocument['answers'] {
  switch (results.kind) {
    case 'suite':
      return suiteAnswers(results);
    case 'compare':
      return compareAnswers(results);
    case 'tester':
    case 'repeat':
    case 'continuous':
    case 'gameday':
    case 'daily':
      return campaignAnswers(results);
  }
}

function ofKind(results: CampaignResults, links: RoundLinks): Omit<CampaignDocument, 'answers'> {
  switch (results.kind) {
    case 'tester':
      return testerDocument(results, links);
    case 'repeat':
      return repeatDocument(results, links);
    case 'continuous':
      return continuousDocument(results, links);
    case 'gameday':
      return gamedayDocument(results, links);
    case 'daily':
      return dailyDocument(results, links);
    case 'suite':
      return suiteDocument(results, links);
    case 'compare':
      return compareDocument(results, links);
  }
}
