import type { ProxyToxic, ToxicSpec } from '../proxy-toxic.js';
import {
  type AttributeKind,
  canBePerMessage,
  defaultSettings,
  notPerMessage,
  type Settings,
  type ToxicKind,
} from '../toxics/toxic-kind.js';
import { toxicKinds } from '../toxics/toxic-kinds.js';
import { ApiError, badBody } from './api-error.js';
import { integerField, numberField, objectField, textField } from './body-fields.js';
import type { JsonObject } from './read-json.js';

/** Whose rules a body follows: Toxiproxy's, or ours, under which there is more. */
export type Dialect = 'classic' | 'own';

/**
 * What a toxic is to be by the body of a request, in Toxiproxy's order of checks.
 *
 * @param isTaken - whether the proxy has a toxic of that name
 * @throws ApiError
 */
export function newToxic(body: JsonObject, dialect: Dialect, isTaken: (name: string) => boolean): ToxicSpec {
  const type = textField(body, 'type') ?? '';
  const stream = textField(body, 'stream') ?? 'downstream';
  const givenName = textField(body, 'name') ?? '';
  const toxicity = numberField(body, 'toxicity') ?? 1;
  if (!/^(upstream|downstream)$/i.test(stream)) {
    throw new ApiError(400, 'stream was invalid, can be either upstream or downstream');
  }
  const kind = toxicKinds.get(type);
  if (kind === undefined || (dialect === 'classic' && !kind.isClassic)) {
    throw new ApiError(400, 'invalid toxic type');
  }
  const name = givenName === '' ? `${type}_${stream}` : givenName;
  if (isTaken(name)) throw new ApiError(409, 'toxic already exists');
  const settings = settingsFrom(body, kind, dialect, defaultSettings(kind));
  const spec = { name, kind, stream, toxicity, settings, isClassic: dialect === 'classic' };
  return dialect === 'classic' ? spec : { ...spec, ...perFrom(body, kind), ...courseFrom(body) };
}

/**
 * A toxic's settings and toxicity after a change, or an error and no change at all.
 *
 * @throws ApiError
 */
export function changedToxic(
  toxic: ProxyToxic,
  body: JsonObject,
  dialect: Dialect,
): { readonly settings: Settings; readonly toxicity: number } {
  const { settings, toxicity } = toxic.asked;
  return {
    settings: settingsFrom(body, toxic.kind, dialect, settings),
    toxicity: numberField(body, 'toxicity') ?? toxicity,
  };
}

/** The attributes that callers of a dialect see. */
export function attributesFor(
  kind: ToxicKind,
  dialect: Dialect,
): readonly (readonly [string, AttributeKind])[] {
  return Object.entries(kind.attributes).filter(
    ([name]) => dialect === 'own' || kind.own?.includes(name) !== true,
  );
}

/** What is rolled for, which Toxiproxy does not know. */
function perFrom(body: JsonObject, kind: ToxicKind): Pick<ToxicSpec, 'per'> {
  const per = textField(body, 'per');
  if (per === undefined || per === 'connection') return {};
  if (per !== 'message')
    throw badBody(`expected per to be connection or message, got ${JSON.stringify(per)}`);
  if (!canBePerMessage(kind)) throw badBody(notPerMessage(kind.type));
  return { per };
}

function settingsFrom(body: JsonObject, kind: ToxicKind, dialect: Dialect, before: Settings): Settings {
  const attributes = objectField(body, 'attributes') ?? new Map<string, never>();
  const settings: Record<string, number | string> = { ...before };
  for (const [name, of] of attributesFor(kind, dialect)) {
    const value = attributeFrom(attributes, name, dialect === 'own' && of === 'integer' ? 'number' : of);
    if (value !== undefined) settings[name] = value;
  }
  const problem = kind.problem?.(settings);
  if (problem !== undefined && problem !== null) throw badBody(problem);
  return settings;
}

function attributeFrom(attributes: JsonObject, name: string, of: AttributeKind): number | string | undefined {
  if (of === 'integer') return integerField(attributes, name);
  if (of === 'number') return numberField(attributes, name);
  const word = textField(attributes, name);
  if (word === undefined || of.includes(word)) return word;
  throw badBody(`expected ${name} to be one of ${of.join(', ')}, got ${JSON.stringify(word)}`);
}

function courseFrom(body: JsonObject): Pick<ToxicSpec, 'durationMs' | 'rampMs'> {
  const [durationMs, rampMs] = [numberField(body, 'duration_ms'), numberField(body, 'ramp_ms')];
  for (const [name, value] of Object.entries({ duration_ms: durationMs, ramp_ms: rampMs })) {
    if (value !== undefined && (value <= 0 || value > 2 ** 31 - 1)) {
      throw badBody(`expected ${name} to be from 1 to ${2 ** 31 - 1}, got ${value}`);
    }
  }
  return { ...(durationMs !== undefined && { durationMs }), ...(rampMs !== undefined && { rampMs }) };
}
