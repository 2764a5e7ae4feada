import type { Duration } from './duration.js';
import type { ScenarioParameters } from './scenario-parameters.js';
import type { ChaosScenarioType } from './scenario-type.js';

/** 1 (hardly felt) to 5 (an outage if the system is not made for it). */
export type Severity = 1 | 2 | 3 | 4 | 5;

/** What goes wrong, as pure data: a named, typed, severity-rated recipe. `ChaosScenario` makes valid ones. */
export interface Scenario<T extends ChaosScenarioType = ChaosScenarioType> {
  readonly scenarioType: T;
  /** Identifier in files and on the command line (`high_latency`), or any text for a custom one. */
  readonly name: string;
  readonly description: string;
  readonly severity: Severity;
  /** How long the fault is active. Default 30 s. */
  readonly duration: Duration;
  /** Chance from 0 to 1 that the scenario triggers at all; 1 in the catalogue. */
  readonly probability: number;
  readonly parameters: ScenarioParameters[T];
  /** The parts of the target to break; empty means all. */
  readonly targetComponents: readonly string[];
}
