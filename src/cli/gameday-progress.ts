import type { GoQuestion } from '../campaign/go-question.js';
import { gamedaySettingsOf } from '../judge/campaign/gameday-settings.js';
import type { CampaignEvent, CampaignEventSink } from '../model/campaign-events.js';
import type { EventSink, RunStarted } from '../model/events.js';
import { phaseLine } from './phase-line.js';
import { roundLine } from './round-line.js';
import { table } from './table.js';

interface GamedayProgress {
  readonly onEvent: CampaignEventSink;
  readonly onRunEvent: EventSink;
}

/** Writes what happens on a gameday, line by line. */
export function gamedayProgress(write: (text: string) => void): GamedayProgress {
  let started: RunStarted | null = null;
  let rounds = 0;
  return {
    onEvent: (event) => {
      if (event.type === 'campaign-started') rounds = gamedaySettingsOf(event.settings).agenda.length;
      const text = describe(event, rounds);
      if (text !== null) write(text);
    },
    onRunEvent: (event) => {
      if (event.type === 'run-started') started = event;
      const line = phaseLine(event, started);
      if (line !== null) write(`    ${line}\n`);
    },
  };
}

/** What a person reads before they say go or no-go. */
export function questionText({
  round,
  rounds,
  scenario,
  severity,
  hypothesis,
  last,
  advice,
}: GoQuestion): string {
  const lines = [
    '',
    `next: ${round + 1} of ${rounds}  ${scenario}, severity ${severity}`,
    `  hypothesis: ${hypothesis}`,
    ...(last === null ? [] : [`  last round: ${last.verdict}: ${last.reason}`]),
    `  the rule says ${advice.go ? 'go' : 'no-go'}: ${advice.why}`,
  ];
  return `${lines.join('\n')}\n`;
}

function describe(event: CampaignEvent, rounds: number): string | null {
  switch (event.type) {
    case 'campaign-started':
      return agendaText(event.name, event.settings);
    case 'round-started':
      return `\n  ${event.round + 1}/${rounds}  ${event.name}: ${event.hypothesis}\n`;
    case 'round-ended':
      return roundLine(`${event.round + 1}/${rounds}`, event.summary);
    case 'round-skipped':
      return `  ${event.round + 1}/${rounds}  ${event.name}: ${event.why}\n`;
    case 'go-decided':
      return event.by === 'person' ? null : `\n  ${event.go ? 'go' : 'no-go'}: ${event.why}\n`;
    case 'campaign-stopped':
      return `  the day ends here: ${event.detail}\n`;
    case 'note-taken':
    case 'campaign-resumed':
    case 'campaign-ended':
      return null;
  }
}

function agendaText(name: string, settings: Readonly<Record<string, unknown>>): string {
  const { agenda, stopOn } = gamedaySettingsOf(settings);
  const rows = agenda.map(({ scenario, severity, hypothesis }, i) => [
    String(i + 1),
    scenario,
    `severity ${severity}`,
    hypothesis,
  ]);
  const lines = [name, ...table(rows).map((line) => `  ${line}`), `  ${stopText[stopOn]}`];
  return `${lines.join('\n')}\n`;
}

const stopText = {
  deviated:
    'ends on: something left behind, a round that did not recover, one that deviated unless a person says go',
  'not-recovered': 'ends on: something left behind, a round that did not recover',
  never: 'ends on: something left behind',
} as const;
