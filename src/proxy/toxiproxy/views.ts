import type { ProxyToxic } from '../proxy-toxic.js';
import type { AnyProxy } from './proxy-registry.js';
import { attributesFor } from './toxic-body.js';

/** A proxy as Toxiproxy shows it. */
export function proxyView(proxy: AnyProxy) {
  const { name, listen, upstream, enabled } = proxy;
  return { name, listen, upstream, enabled, toxics: toxicViews(proxy) };
}

/** Those that came by Toxiproxy's own ways. */
export function toxicViews(proxy: AnyProxy) {
  return proxy.toxics.filter(({ spec }) => spec.isClassic).map(toxicView);
}

export function toxicView(toxic: ProxyToxic) {
  const { settings, toxicity } = toxic.asked;
  return {
    attributes: Object.fromEntries(
      attributesFor(toxic.kind, 'classic').map(([name]) => [name, settings[name]]),
    ),
    name: toxic.name,
    type: toxic.kind.type,
    stream: toxic.spec.stream,
    toxicity: float32(toxicity),
  };
}

/** A toxic with all that we know of it, under our own path. */
export function ownToxicView(toxic: ProxyToxic, hits: Readonly<Record<string, number>>) {
  const { kind, spec, asked, settings } = toxic;
  return {
    name: toxic.name,
    type: kind.type,
    stream: spec.stream,
    toxicity: asked.toxicity,
    attributes: asked.settings,
    in_force: settings,
    classic: spec.isClassic,
    per: spec.per ?? 'connection',
    duration_ms: spec.durationMs ?? null,
    ramp_ms: spec.rampMs ?? null,
    hits,
  };
}

/** The shortest number that is the same in 32 bits, which is what Toxiproxy keeps: 0.123456789 is 0.12345679. */
function float32(value: number): number {
  const single = Math.fround(value);
  for (let digits = 1; digits <= 9; digits += 1) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return short;
  }
  return single;
}
