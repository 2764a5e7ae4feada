import { z } from 'zod';
import type { ScenarioParameters } from '../model/scenario-parameters.js';
import type { Severity } from '../model/scenario.js';
import type { ChaosScenarioType } from '../model/scenario-type.js';
import { type RuleBroken, withRule } from '../model/schema/rule.js';
import type { Some } from './some.js';

/** What the catalogue knows of one type of scenario. */
export interface ScenarioDefinition<T extends ChaosScenarioType = ChaosScenarioType> {
  readonly type: T;
  /** Identifier in files and on the command line. */
  readonly id: string;
  readonly severity: Severity;
  /** What goes wrong, in a sentence. */
  readonly description: string;
  /** What the fault does to the target. */
  readonly effect: string;
  /** How it shows in a system that is not made for it. */
  readonly symptoms: string;
  readonly defaults: ScenarioParameters[T];
  /** Parameters worth changing, as a file would: for the example of `chaosx scenarios ID`. */
  readonly example: Readonly<Record<string, unknown>>;
  /** All parameters, as the API takes them. */
  readonly parameters: z.ZodType<ScenarioParameters[T]>;
  /** Some parameters, as a file gives them: plain JSON, with the defaults filled in. */
  readonly fileParameters: z.ZodType<Readonly<Record<string, unknown>>>;
  /** The names of all parameters with what they mean, in order. */
  readonly described: readonly {
    readonly name: string;
    readonly description: string;
    readonly inFiles: boolean;
  }[];
}

type DefinitionInput<T extends ChaosScenarioType> = Omit<
  ScenarioDefinition<T>,
  'parameters' | 'fileParameters' | 'described'
> & {
  readonly parameters: z.ZodObject & z.ZodType<ScenarioParameters[T]>;
  /** Parameters that a file gives in another form than the API; null where a file cannot give them at all. */
  readonly inFiles?: Readonly<Record<string, z.ZodType | null>>;
  /** What several parameters must be together. They may still be wrong one by one. */
  readonly rule?: (parameters: Some<ScenarioParameters[T]>) => RuleBroken | undefined;
};

/** A definition with everything that follows from its parameters' schema. */
export function defineScenario<T extends ChaosScenarioType>(
  input: DefinitionInput<T>,
): ScenarioDefinition<T> {
  const { parameters, inFiles = {}, defaults, rule = () => undefined } = input;
  const shape: Readonly<Record<string, z.ZodType>> = parameters.shape;
  const defaultOf = new Map(Object.entries(defaults));
  const fileShape: Record<string, z.ZodType> = {};
  for (const [name, schema] of Object.entries(shape)) {
    const inFile = name in inFiles ? inFiles[name] : schema;
    if (inFile === null || inFile === undefined) continue;
    // A default hides the description of what it wraps.
    fileShape[name] = defaultOf.has(name)
      ? inFile.default(defaultOf.get(name)).describe(inFile.description ?? '')
      : inFile;
  }
  return {
    ...input,
    parameters: withRule(parameters, rule),
    fileParameters: withRule(z.strictObject(fileShape), (given) =>
      rule(given as Some<ScenarioParameters[T]>),
    ),
    described: Object.entries(shape).map(([name, schema]) => ({
      name,
      description: schema.description ?? '',
      inFiles: name in fileShape,
    })),
  };
}
