import { ChaosError } from '../../model/chaos-error.js';
import { didYouMean } from '../../model/did-you-mean.js';
import type { Fault, FaultContext, Support } from '../../model/fault.js';
import type { NetworkRoute } from '../../model/network.js';
import type { Scenario } from '../../model/scenario.js';
import { componentNames, type FrontedTarget, type Target } from '../../model/target.js';
import { formatAddress } from '../../targets/parse-address.js';
import { injectIntoRoutes, toxicReceipt } from './inject-into-routes.js';
import type { NetworkEffect, NetworkType } from './network-effect.js';

/**
 * The fault that makes a network scenario on dependencies of a started process, or on an address that clients reach through
 * chaosx, in the proxy between them.
 * It hits the named components, or all; on every one of them or on none.
 */
export function onDependency<T extends NetworkType>(effect: NetworkEffect<T>): Fault<T> {
  return {
    type: effect.type,
    backend: 'proxy',
    survives: 'lease',

    supports: (scenario, target) =>
      Promise.resolve(
        target.kind === 'fronted' ? supportsFront(scenario, target) : supportsDependencies(scenario, target),
      ),

    prepare: async (scenario, context) => {
      const routes = routesOf(scenario, context);
      for (const { component } of routes) await checkRouted(component, context);
      return toxicReceipt(routes, context);
    },

    inject: (scenario, receipt, context) =>
      injectIntoRoutes(
        { effect, scenario, routes: routesOf(scenario, context), seesRefusals: false },
        receipt,
        context,
      ),
  };
}

/** Whether a target declares the dependencies that a scenario is to break. */
export function supportsDependencies(scenario: Scenario, target: Target): Support {
  if (target.kind === 'address') {
    return refused(
      `the proxy cannot be put in front of ${target.name} behind the backs of its clients: with \`listen\`, it gets a ` +
        'port that you point them at',
    );
  }
  if (target.kind !== 'started') {
    return refused(`the proxy needs a process that chaosx starts; ${target.name} is in this one`);
  }
  if (target.dependencies.length === 0) {
    return refused(
      `${target.name} declares no dependencies to put the proxy in front of: list them under ` +
        'targetSystem.dependencies, each with the variable that holds its address',
    );
  }
  if ('peers' in scenario.parameters) {
    return refused(
      `peers chooses among connections that go anywhere, and ${target.name} declares its dependencies ` +
        `(${target.dependencies.join(', ')}): name those to cut off in targetComponents instead`,
    );
  }
  for (const name of scenario.targetComponents) {
    if (target.dependencies.includes(name)) continue;
    const hint = didYouMean(name, target.dependencies) ?? `it has ${target.dependencies.join(', ')}`;
    return refused(`${target.name} has no dependency "${name}": ${hint}`);
  }
  return { supported: true };
}

function supportsFront({ parameters, targetComponents }: Scenario, target: FrontedTarget): Support {
  const names = componentNames(target);
  if ('peers' in parameters) {
    return refused(
      `all connections through a port of ${target.name} go to one place: name those to cut off in targetComponents ` +
        `(${names.join(', ')}) and leave peers out`,
    );
  }
  for (const name of targetComponents) {
    if (names.includes(name)) continue;
    const hint = didYouMean(name, names) ?? `it has ${names.join(', ')}`;
    return refused(`${target.name} has no front "${name}": ${hint}`);
  }
  return { supported: true };
}

function refused(reason: string): Support {
  return { supported: false, reason };
}

/** The dependencies that a scenario breaks: those that it names, or all. */
export function dependencyNames({ targetComponents }: Scenario, target: Target): readonly string[] {
  if (targetComponents.length > 0) return [...new Set(targetComponents)];
  return target.kind === 'started' || target.kind === 'fronted' ? componentNames(target) : [];
}

function routesOf(scenario: Scenario, context: FaultContext): readonly NetworkRoute[] {
  return dependencyNames(scenario, context.target).map((name) => routeTo(name, context));
}

function routeTo(name: string, { target }: FaultContext): NetworkRoute {
  const routes =
    target.kind === 'fronted'
      ? target.routes
      : target.kind === 'started'
        ? target.running?.routes
        : undefined;
  if (routes === undefined)
    throw new ChaosError('TARGET_NOT_READY', `expected ${target.name} to be running, it is not`);
  const route = routes.get(name);
  if (route === undefined) throw new ChaosError('INTERNAL', `expected a route to ${name}, there is none`);
  return route;
}

/**
 * Looks whether the target uses a dependency where a fault will meet it.
 *
 * @throws ChaosError TARGET_NOT_ROUTED when it never connected
 */
export async function checkRouted(name: string, context: FaultContext): Promise<void> {
  const { target, signal } = context;
  if (target.kind === 'started' && target.running?.beginsLater === true) return;
  const route = routeTo(name, context);
  const { connections } = await route.stats(signal);
  if (connections > 0) return;
  if (target.kind === 'fronted') throw neverUsed(name, target);
  throw new ChaosError(
    'TARGET_NOT_ROUTED',
    `expected ${target.name} to connect to ${route.component} (${route.upstream}) through the proxy, it never did`,
    {
      hint:
        'look whether it takes the address from the variable named under dependencies, and whether a probe makes ' +
        'it use that dependency during the baseline',
    },
  );
}

function neverUsed(component: string, { fronts }: FrontedTarget): ChaosError {
  const front = fronts.find((one) => one.component === component);
  if (front === undefined) return new ChaosError('INTERNAL', `expected a front ${component}, there is none`);
  const [here, there] = [formatAddress(front.listen), formatAddress(front.address)];
  return new ChaosError(
    'TARGET_NOT_ROUTED',
    `expected a client of ${component} to connect to ${here} during the baseline, none did`,
    { hint: `point clients at ${here} instead of ${there}, and have a probe make them use it` },
  );
}
