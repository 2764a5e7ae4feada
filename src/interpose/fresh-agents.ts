import http from 'node:http';
import https from 'node:https';
import { type PatchInPlace, patchesInPlace } from './active-patches.js';

/** Where the platform keeps the agent of `fetch`: the first on Node 20 to 24, the second on 24 and later. */
const fetchSlots = [
  Symbol.for('undici.globalDispatcher.1'),
  Symbol.for('undici.globalDispatcher.2'),
] as const;

interface Swap {
  readonly name: string;
  read(): unknown;
  write(agent: unknown): void;
  readonly original: unknown;
  readonly fresh: unknown;
}

let swaps: readonly (Swap & PatchInPlace)[] = [];
let users = 0;

/**
 * Has `fetch`, `http` and `https` open new connections from now on, instead of ones that they kept from before.
 *
 * Their global agents stand aside for new ones with the same settings; requests under way end where they began. Agents
 * of the program's own, and global ones that it replaced by another kind or gave other methods, are left alone.
 *
 * @returns puts the same agents back, unless the program set others meanwhile. Idempotent
 */
export function useFreshAgents(): () => void {
  if (users === 0) {
    swaps = [...swapsOfFetch(), ...swapsOfHttp()].map((swap) => ({
      ...swap,
      isBack: () => swap.read() !== swap.fresh,
      describe: () => swap.name,
    }));
    for (const swap of swaps) {
      swap.write(swap.fresh);
      patchesInPlace.add(swap);
    }
  }
  users += 1;
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    users -= 1;
    if (users === 0) putBack();
  };
}

function putBack(): void {
  for (const swap of swaps) {
    if (swap.read() === swap.fresh) swap.write(swap.original);
    patchesInPlace.delete(swap);
  }
  swaps = [];
}

function swapsOfHttp(): readonly Swap[] {
  const swapOf = (
    name: string,
    module: { globalAgent: http.Agent },
    Agent: new (options: http.AgentOptions) => http.Agent,
  ): readonly Swap[] => {
    const original = module.globalAgent;
    if (original.constructor !== Agent) return [];
    const fresh = new Agent({ ...(original as { readonly options?: http.AgentOptions }).options });
    // A method that was put on it (by a tracing library, say) would be lacking.
    if (Object.keys(original).toSorted().join() !== Object.keys(fresh).toSorted().join()) return [];
    for (const limit of ['maxSockets', 'maxFreeSockets', 'maxTotalSockets'] as const)
      fresh[limit] = original[limit];
    return [
      {
        name,
        read: () => module.globalAgent,
        write: (agent) => {
          module.globalAgent = agent as http.Agent;
        },
        original,
        fresh,
      },
    ];
  };
  return [
    ...swapOf('http.globalAgent', http, http.Agent),
    ...swapOf('https.globalAgent', https, https.Agent),
  ];
}

/** Before the first `fetch` there is no agent, and nothing that it kept. */
function swapsOfFetch(): readonly Swap[] {
  const slots = globalThis as unknown as Record<symbol, unknown>;
  const freshOf = new Map<unknown, unknown>();
  return fetchSlots.flatMap((slot): readonly Swap[] => {
    const original = slots[slot];
    if (!freshOf.has(original)) freshOf.set(original, likePlainAgent(original));
    const fresh = freshOf.get(original);
    if (fresh === null) return [];
    return [
      {
        name: `the agent of fetch (${slot.description ?? ''})`,
        read: () => slots[slot],
        write: (agent) => {
          slots[slot] = agent;
        },
        original,
        fresh,
      },
    ];
  });
}

/** A new agent of the same class; null unless all settings are the ones that such an agent has by itself. */
function likePlainAgent(agent: unknown): unknown {
  if (typeof agent !== 'object' || agent?.constructor.name !== 'Agent') return null;
  const fresh = new (agent.constructor as new () => object)();
  return settingsOf(agent) === settingsOf(fresh) ? fresh : null;
}

/** What a constructor was given, as an agent keeps it: plain values as they are, functions by their text. */
function settingsOf(agent: object): string {
  const kept = ['options', 'factory', 'maxRedirections', 'max redirections'];
  const values = Object.getOwnPropertySymbols(agent)
    .filter(({ description }) => kept.includes(description ?? ''))
    .map((symbol) => (agent as Record<symbol, unknown>)[symbol]);
  return JSON.stringify(values, (_key, value: unknown) =>
    typeof value === 'function' ? String(value) : (value ?? null),
  );
}
