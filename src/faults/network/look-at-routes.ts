import type { Evidence, Exposure } from '../../model/evidence.js';
import type { NetworkRoute } from '../../model/network.js';
import type { Scenario } from '../../model/scenario.js';
import { counted } from './counted.js';
import type { NetworkEffect, NetworkType, Sighting } from './network-effect.js';

/** A route as it was before the fault. */
export interface RouteBefore {
  readonly route: NetworkRoute;
  /** What the effect measured then; null when it could not. */
  readonly baseline: number | null;
  readonly suspensions: number;
}

export interface LookOptions<T extends NetworkType> {
  readonly effect: NetworkEffect<T>;
  readonly scenario: Scenario<T>;
  readonly toxicId: string;
  readonly seesRefusals: boolean;
}

/** The evidence over all routes of a fault: the route where it shows least decides whether it is active. */
export async function lookAtRoutes<T extends NetworkType>(
  routes: readonly RouteBefore[],
  { effect, scenario, toxicId, seesRefusals }: LookOptions<T>,
  signal: AbortSignal,
): Promise<Evidence> {
  const looks = await Promise.all(
    routes.map(async ({ route, baseline, suspensions }) => {
      const sighting = await effect.look(scenario, route, baseline, signal);
      const stats = await route.stats(signal);
      const exposure = effect.exposure(scenario, stats, toxicId, seesRefusals);
      return { component: route.component, sighting, exposure, pauses: stats.suspensions - suspensions };
    }),
  );
  const least =
    looks.find(({ sighting }) => sighting.active === 'no') ??
    looks.find(({ sighting }) => sighting.active === 'unknown') ??
    looks[0];
  const sighting: Sighting | undefined = least?.sighting;
  const pauses = Math.max(0, ...looks.map((look) => look.pauses));
  const note = pauses === 0 ? '' : `; paused ${counted(pauses, 'time')} while this process was stalled`;
  const where = looks.length > 1 && least !== undefined ? ` on ${least.component}` : '';
  const measured = sighting?.measured ?? {
    quantity: 'round trip',
    unit: 'ms',
    baseline: null,
    during: null,
    expected: 'a route to look at',
  };
  return {
    active: sighting?.active ?? 'unknown',
    measured: { ...measured, expected: `${measured.expected}${where}${note}` },
    exposure: together(looks),
  };
}

/** What was counted anywhere counts; that it was never met is said only where every route could tell. */
function together(looks: readonly { readonly component: string; readonly exposure: Exposure }[]): Exposure {
  const [only] = looks;
  if (looks.length === 1 && only !== undefined) return only.exposure;
  let n = 0;
  const parts: string[] = [];
  const unknown: string[] = [];
  for (const { component, exposure } of looks) {
    if (exposure.kind === 'counted') {
      n += exposure.n;
      parts.push(`${component}: ${exposure.n} ${exposure.what}`);
    } else {
      unknown.push(`${component}: ${exposure.kind === 'unknown' ? exposure.why : exposure.how}`);
    }
  }
  if (n === 0 && unknown.length > 0) return { kind: 'unknown', why: unknown.join('; ') };
  return { kind: 'counted', n, what: `in all (${parts.join('; ')})` };
}
