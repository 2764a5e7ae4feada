import { z } from 'zod';
import type { Duration } from '../model/duration.js';
import type { Scenario, Severity } from '../model/scenario.js';
import type { ScenarioParameters } from '../model/scenario-parameters.js';
import { categoryOf, ChaosScenarioType, type ScenarioCategory } from '../model/scenario-type.js';
import { check } from '../model/schema/check.js';
import { scenarioFields } from '../model/schema/scenario-fields.js';
import { shown } from '../model/schema/shown.js';
import { invalidInput } from '../model/schema/validated.js';
import { withParameterHints } from './parameter-hints.js';
import { scenarioDefinitions } from './scenario-definitions.js';
import type { Some } from './some.js';

/** What may be said of a scenario; what is not said is as the catalogue has it for the type. */
export interface ChaosScenarioChanges<T extends ChaosScenarioType = ChaosScenarioType> {
  /** Default: the id of the type in the catalogue, e.g. `high_latency`. */
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** 1 (hardly felt) to 5 (an outage if the system is not made for it). */
  readonly severity?: Severity | undefined;
  /** How long the fault is active: above 0, at most 24 hours. Default 30 s. */
  readonly duration?: Duration | undefined;
  /** Chance from 0 to 1 that the scenario triggers at all. Default 1. */
  readonly probability?: number | undefined;
  /** Merged over the defaults of the type. */
  readonly parameters?: Some<ScenarioParameters[T]> | undefined;
  /** The parts of the target to break. Default: all. */
  readonly targetComponents?: readonly string[] | undefined;
}

/** What makes a scenario: its type, and what is to differ from the catalogue. */
export interface ChaosScenarioInit<T extends ChaosScenarioType = ChaosScenarioType>
  extends ChaosScenarioChanges<T> {
  readonly scenarioType: T;
}

/** How long the faults of the catalogue are active. */
const defaultDuration: Duration = '30s';

/**
 * A named, typed, severity-rated recipe of what goes wrong. Frozen, and valid from the start.
 *
 * @throws ChaosError INVALID_INPUT that lists every mistake
 * @example
 * ```ts
 * const slowStock = new ChaosScenario({
 *   scenarioType: 'NETWORK_LATENCY',
 *   name: 'slow stock service',
 *   parameters: { latencyMs: [100, 300] },
 *   targetComponents: ['inventory'],
 * });
 * const slower = slowStock.with({ parameters: { latencyMs: 900 }, severity: 4 });
 * ```
 */
export class ChaosScenario<T extends ChaosScenarioType = ChaosScenarioType> implements Scenario<T> {
  readonly scenarioType: T;
  readonly name: string;
  readonly description: string;
  readonly severity: Severity;
  readonly duration: Duration;
  readonly probability: number;
  readonly parameters: ScenarioParameters[T];
  readonly targetComponents: readonly string[];

  constructor(init: ChaosScenarioInit<T>) {
    const definition = scenarioDefinitions[typeOf(init)];
    const { scenarioType, parameters = {}, ...fields } = init;
    const schema = z.strictObject({ ...scenarioFields, parameters: definition.parameters });
    const checked = check(schema, {
      name: definition.id,
      description: definition.description,
      severity: definition.severity,
      duration: defaultDuration,
      probability: 1,
      targetComponents: [],
      ...given(fields),
      parameters: isObject(parameters) ? { ...definition.defaults, ...given(parameters) } : parameters,
    });
    if (!checked.ok) {
      throw invalidInput(
        `the scenario ${shown(fields.name ?? definition.id)}`,
        withParameterHints(checked.problems),
      );
    }
    const { value } = checked;
    this.scenarioType = scenarioType;
    this.name = value.name;
    this.description = value.description;
    this.severity = value.severity;
    this.duration = value.duration;
    this.probability = value.probability;
    // The definition of T has the schema of T's parameters; the table's lookup loses that.
    this.parameters = frozen(value.parameters) as ScenarioParameters[T];
    this.targetComponents = Object.freeze(value.targetComponents);
    Object.freeze(this);
  }

  /** The family of the scenario; it follows from the type. */
  get category(): ScenarioCategory {
    return categoryOf(this.scenarioType);
  }

  /**
   * A copy with changes. Parameters are merged over this scenario's; one that is undefined goes back to its default.
   *
   * @throws ChaosError INVALID_INPUT that lists every mistake
   */
  with(changes: ChaosScenarioChanges<T>): ChaosScenario<T> {
    const { scenarioType, name, description, severity, duration, probability, targetComponents } = this;
    const own = { scenarioType, name, description, severity, duration, probability, targetComponents };
    const { parameters = {} } = changes;
    const merged = isObject(parameters) ? { ...this.parameters, ...parameters } : parameters;
    return new ChaosScenario<T>({ ...own, ...changes, parameters: merged });
  }
}

function typeOf(init: ChaosScenarioInit): ChaosScenarioType {
  const checked = check(z.looseObject({ scenarioType: z.enum(ChaosScenarioType) }), init);
  if (!checked.ok) throw invalidInput('the scenario', checked.problems);
  return checked.value.scenarioType;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function given(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Validation made the objects and lists of the parameters anew, except for what `given` holds: that is the caller's. */
function frozen<V>(value: V): V {
  if (typeof value !== 'object' || value === null) return value;
  for (const [key, part] of Object.entries(value)) {
    if (key !== 'given') frozen(part);
  }
  return Object.freeze(value);
}
