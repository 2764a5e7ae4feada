import { ChaosError } from '../model/chaos-error.js';
import { formatMs, toMs } from '../model/duration.js';
import type { DependencySpec, OwnNetworkSpec, ReadySpec, StartSpec } from '../model/experiment.js';
import type { Address } from '../model/network.js';
import { splitCommand } from '../model/split-command.js';
import { dependencyAddress } from './dependency-address.js';
import { checkOwnNetwork } from './check-own-network.js';
import { parseAddress } from './parse-address.js';

/** Variables of the process that a target is started from. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How the target reaches one dependency, and so where the proxy stands. */
export interface DependencyPlan {
  readonly component: string;
  readonly upstream: Address;
  /** A fixed port to listen on; null: any free one, told to the target through its variable. */
  readonly listen: Address | null;
  /** The variables of the target that change once the proxy listens at an address. */
  variables(proxy: Address): Readonly<Record<string, string>>;
}

/** Whom to ask whether the target is up. */
export interface ReadyPlan {
  readonly http: string | null;
  /** Where it will listen. */
  readonly address: Address;
  readonly withinMs: number;
}

/** Everything about starting a target that can be known before anything starts. */
export interface StartPlan {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  readonly cwd: string | undefined;
  readonly dependencies: readonly DependencyPlan[];
  readonly ready: ReadyPlan | null;
  /** null: it shares the machine's network. */
  readonly ownNetwork: OwnNetworkSpec | null;
}

const defaultWithin = '10s';
const longestWithinMs = 600_000;

/**
 * Plans the start of a target. Pure: looks at nothing but its arguments.
 *
 * @param env - where a dependency's variable is looked up that the spec itself does not set
 * @throws ChaosError INVALID_INPUT or MISSING_INPUT for a command that needs a shell, a ready check that cannot be asked,
 *   or a dependency whose address cannot be rewritten
 */
export function planStart(spec: StartSpec, env: Environment): StartPlan {
  const plan: StartPlan = {
    name: spec.name,
    command: commandOf(spec),
    cwd: spec.cwd,
    dependencies: dependenciesOf(spec, { ...env, ...spec.env }),
    ready: spec.ready === undefined ? null : readyOf(spec.ready),
    ownNetwork: spec.ownNetwork ?? null,
  };
  checkOwnNetwork(plan);
  return plan;
}

function commandOf({ name, start, shell }: StartSpec): StartPlan['command'] {
  if (shell === true) {
    if (typeof start === 'string' && start.trim() !== '') return ['/bin/sh', '-c', start];
    throw invalid(`expected text for a shell as the start command of ${name}, got ${kindOf(start)}`, {
      hint: 'give `start` as one string, or leave out `shell: true`',
    });
  }
  if (typeof start === 'string') return splitCommand(start);
  const [program, ...args] = start;
  if (program === undefined || program === '') {
    throw invalid(`expected a program to start ${name}, got an empty list`, {
      hint: 'for example start: ["node", "server.mjs"]',
    });
  }
  return [program, ...args];
}

function readyOf({ http, tcp, within }: ReadySpec): ReadyPlan {
  const withinMs = toMs(within ?? defaultWithin);
  if (withinMs <= 0 || withinMs > longestWithinMs) {
    throw invalid(`expected ready.within above 0 and up to 10 min, got ${formatMs(withinMs)}`);
  }
  if ((http === undefined) === (tcp === undefined)) {
    throw invalid(`expected one of ready.http and ready.tcp, got ${http === undefined ? 'neither' : 'both'}`);
  }
  if (tcp !== undefined) {
    const address = parseAddress(tcp);
    if (address !== null) return { http: null, address, withinMs };
    throw invalid(`expected ready.tcp to be host:port, got ${JSON.stringify(tcp)}`);
  }
  const url = URL.canParse(http ?? '') ? new URL(http ?? '') : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw invalid('expected ready.http to be an http or https URL', {
      hint: 'for example http: "http://127.0.0.1:3000/health"',
    });
  }
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { http: url.href, address: { host, port }, withinMs };
}

function dependenciesOf({ name, dependencies }: StartSpec, env: Environment): readonly DependencyPlan[] {
  const taken = new Map<string, string>();
  return Object.entries(dependencies ?? {}).map(([component, dependency]) => {
    const place = 'env' in dependency ? `the variable ${dependency.env}` : `the address ${dependency.listen}`;
    const other = taken.get(place);
    if (other !== undefined) {
      throw invalid(`expected each dependency of ${name} in a place of its own, got ${place} for two`, {
        hint: `${other} and ${component} are one dependency, or need two`,
      });
    }
    taken.set(place, component);
    return dependencyOf(component, dependency, env);
  });
}

function dependencyOf(component: string, dependency: DependencySpec, env: Environment): DependencyPlan {
  if ('env' in dependency) {
    const variable = dependency.env;
    const value = env[variable];
    if (value === undefined || value === '') {
      throw new ChaosError(
        'MISSING_INPUT',
        `expected the address of ${component} in ${variable}, it is not set`,
        {
          hint: `set ${variable} under targetSystem.env, or in the environment of chaosx`,
        },
      );
    }
    const address = dependencyAddress(variable, value);
    return {
      component,
      upstream: address.upstream,
      listen: null,
      variables: (proxy) => ({ [variable]: address.rewrite(proxy) }),
    };
  }
  const upstream = fixedAddress(component, 'address', dependency.address);
  const listen = fixedAddress(component, 'listen', dependency.listen);
  if (!isLoopback(listen.host)) {
    throw invalid(`expected ${component}.listen on the loopback interface, got ${dependency.listen}`, {
      hint: `others could reach ${dependency.address} through it: write 127.0.0.1:${listen.port}`,
    });
  }
  if (dependency.address === dependency.listen) {
    throw invalid(
      `expected ${component} to listen elsewhere than at its own address, got ${dependency.address} twice`,
      {
        hint: 'move the dependency to another port, and let the proxy listen at the one that the target knows',
      },
    );
  }
  return { component, upstream, listen, variables: () => ({}) };
}

function fixedAddress(component: string, key: 'address' | 'listen', text: string): Address {
  const address = parseAddress(text);
  if (address !== null) return address;
  throw invalid(`expected ${component}.${key} to be host:port, got ${JSON.stringify(text)}`, {
    hint: 'for example { address: "127.0.0.1:4000", listen: "127.0.0.1:4001" }',
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function kindOf(start: StartSpec['start']): string {
  return typeof start === 'string' ? 'an empty one' : 'an argument list';
}

function invalid(message: string, options?: { readonly hint: string }): ChaosError {
  return new ChaosError('INVALID_INPUT', message, options);
}
