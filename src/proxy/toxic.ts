import { ChaosError } from '../model/chaos-error.js';
import { didYouMean } from '../model/did-you-mean.js';
import type { ToxicSpec } from './proxy-toxic.js';
import { canBePerMessage, defaultSettings, notPerMessage, type Settings } from './toxics/toxic-kind.js';
import { toxicKinds } from './toxics/toxic-kinds.js';

/** A toxic in code. */
export interface ToxicInit {
  /** `latency`, `bandwidth`, `reset_peer`, … */
  readonly type: string;
  /** Default: the type and the stream, `latency_downstream`. */
  readonly name?: string;
  /** Whose bytes: `upstream` those of clients, `downstream` those of the server. Default: downstream. */
  readonly stream?: 'upstream' | 'downstream';
  /** The chance that it acts, on a connection or on a message. Default: 1. */
  readonly toxicity?: number;
  /** What is rolled for: each connection, or each chunk of bytes that comes. Default: connection. */
  readonly per?: 'connection' | 'message';
  /** What is absent is 0. */
  readonly attributes?: Settings;
  /** It goes by itself after so long. */
  readonly durationMs?: number;
  /** It comes on gradually over so long. */
  readonly rampMs?: number;
}

/**
 * A toxic to give to a proxy.
 *
 * @throws ChaosError UNKNOWN_NAME, INVALID_INPUT
 */
export function toxic(init: ToxicInit): ToxicSpec {
  const { type, stream = 'downstream', name = `${type}_${stream}`, toxicity = 1, attributes = {} } = init;
  const kind = toxicKinds.get(type);
  if (kind === undefined) {
    const types = [...toxicKinds.keys()];
    throw new ChaosError('UNKNOWN_NAME', `there is no toxic of type ${JSON.stringify(type)}`, {
      hint: didYouMean(type, types) ?? `there are ${types.join(', ')}`,
    });
  }
  for (const [key, value] of Object.entries(attributes)) {
    const of = kind.attributes[key];
    const isRight = typeof of === 'string' ? Number.isFinite(value) : of?.includes(String(value)) === true;
    if (isRight) continue;
    throw new ChaosError('INVALID_INPUT', `${type}: unexpected attribute ${key}: ${JSON.stringify(value)}`, {
      hint: `its attributes are ${Object.keys(kind.attributes).join(', ')}`,
    });
  }
  const settings = { ...defaultSettings(kind), ...attributes };
  const problem = kind.problem?.(settings);
  if (problem !== undefined && problem !== null) throw new ChaosError('INVALID_INPUT', `${type}: ${problem}`);
  const { durationMs, rampMs, per } = init;
  if (per === 'message' && !canBePerMessage(kind))
    throw new ChaosError('INVALID_INPUT', `${type}: ${notPerMessage(type)}`);
  return {
    name,
    kind,
    stream,
    toxicity,
    settings,
    isClassic: false,
    ...(per !== undefined && { per }),
    ...(durationMs !== undefined && { durationMs }),
    ...(rampMs !== undefined && { rampMs }),
  };
}
