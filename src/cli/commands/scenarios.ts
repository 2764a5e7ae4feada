import { stringify } from 'yaml';
import { ChaosError } from '../../model/chaos-error.js';
import { didYouMean } from '../../model/did-you-mean.js';
import { formatMs, toMs } from '../../model/duration.js';
import type { Backend } from '../../model/fault.js';
import type { ChaosScenario } from '../../scenarios/chaos-scenario.js';
import { findScenario } from '../../scenarios/find-scenario.js';
import { getScenariosBySeverity } from '../../scenarios/get-scenarios-by-severity.js';
import { scenarioDefinitions } from '../../scenarios/scenario-definitions.js';
import { emphasis } from '../emphasis.js';
import { severityRange } from '../severity-range.js';
import { table } from '../table.js';

export interface ListOptions {
  readonly json: boolean;
  /** Default false. */
  readonly color?: boolean;
  /** Only this category. */
  readonly category?: string | undefined;
  /** One severity, `4`, or from one to another, `2-4`. */
  readonly severity?: string | undefined;
}

export interface DescribeOptions {
  readonly json: boolean;
  /** Default false. */
  readonly color?: boolean;
  /** Where this version can make the scenario; see `allFaults`. */
  readonly backends: readonly Backend[];
}

const categories = ['network', 'resource', 'application', 'state', 'time'];

/**
 * The scenarios of the catalogue as a table, or as JSON.
 *
 * @throws ChaosError UNKNOWN_NAME for a category, INVALID_INPUT for a severity, that does not exist
 */
export function listScenarios({ json, color = false, category, severity }: ListOptions): string {
  if (category !== undefined && !categories.includes(category)) {
    throw new ChaosError('UNKNOWN_NAME', `expected a category, got ${JSON.stringify(category)}`, {
      hint: didYouMean(category, categories) ?? `there are ${categories.join(', ')}`,
    });
  }
  const wanted = getScenariosBySeverity(...(severity === undefined ? [] : severityRange(severity)))
    .filter((scenario) => category === undefined || scenario.category === category)
    .toSorted((a, b) => categories.indexOf(a.category) - categories.indexOf(b.category));
  if (json) return `${JSON.stringify(wanted.map(asJson), null, 2)}\n`;
  if (wanted.length === 0) return 'no scenario is like that\n';
  const rows = wanted.map(({ name, category: family, severity: level, description }) => [
    name,
    family,
    String(level),
    description,
  ]);
  const [header = '', ...lines] = table([['id', 'category', 'severity', 'what goes wrong'], ...rows]);
  return `${[emphasis(header, color), ...lines].join('\n')}\n`;
}

/**
 * One scenario in detail: what it does, how it shows, its parameters, and an example for a file.
 *
 * @throws ChaosError UNKNOWN_NAME with the nearest id
 */
export function describeScenario(id: string, { json, color = false, backends }: DescribeOptions): string {
  const scenario: ChaosScenario = findScenario(id);
  const { effect, symptoms, described, defaults } = scenarioDefinitions[scenario.scenarioType];
  const defaultOf = new Map<string, unknown>(Object.entries(defaults));
  if (json) {
    const parameters = described.map(({ name, description, inFiles }) => {
      return { name, description, default: defaultOf.get(name) ?? null, inFiles };
    });
    return `${JSON.stringify({ ...asJson(scenario), effect, symptoms, backends, parameters }, null, 2)}\n`;
  }
  const parameters = described.map(({ name, description }) => [
    name,
    shownDefault(defaultOf, name),
    description,
  ]);
  const { category, severity, scenarioType, description, duration } = scenario;
  const lines = [
    emphasis(scenario.name, color),
    description,
    '',
    ...table([
      ['type', scenarioType],
      ['category', category],
      ['severity', `${severity} of 5`],
      ['what it does', effect],
      ['how it shows', symptoms],
      ['made by', backends.length === 0 ? 'nothing in this version yet' : backends.join(', ')],
      ['unless changed', `active for ${formatMs(toMs(duration))}, on all components, always triggered`],
    ]),
    '',
    emphasis('Parameters', color),
    ...table([['name', 'default', 'meaning'], ...parameters]).map((line) => `  ${line}`),
    '',
    emphasis('In an experiment file', color),
    ...exampleOf(scenario).map((line) => `  ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

function shownDefault(defaultOf: ReadonlyMap<string, unknown>, name: string): string {
  return defaultOf.has(name) ? flow(defaultOf.get(name)) : '-';
}

function exampleOf({ name, scenarioType }: ChaosScenario): readonly string[] {
  return [
    'scenarios:',
    `  - use: ${name}`,
    '    duration: 20s',
    `    parameters: ${flow(scenarioDefinitions[scenarioType].example)}`,
  ];
}

/** A value as one line of YAML. */
function flow(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trim();
}

function asJson(scenario: ChaosScenario): Readonly<Record<string, unknown>> {
  const { name, scenarioType, category, description, severity, duration, probability, parameters } = scenario;
  return { id: name, scenarioType, category, description, severity, duration, probability, parameters };
}
