import { AsyncLocalStorage } from 'node:async_hooks';
import http from 'node:http';
import https from 'node:https';
import type { RequestTag, TagCounts } from '../model/request-tag.js';
import { attachLayer, type Layer } from './patched-site.js';
import { readTag } from './request-tags.js';

/** One for ever: each further one makes every `await` of the process slower. Holds the runs that the request is tagged for. */
const handled = new AsyncLocalStorage<ReadonlySet<string>>();
let watchers = 0;

/** Incoming requests, watched for the tag of one run. */
export interface TaggedRequests {
  readonly counts: TagCounts;
  /** True in what is done for a tagged request, however much later. */
  isTagged(): boolean;
  /** Idempotent. */
  stop(): void;
}

/** Watches the requests that HTTP servers of this thread take, from now on. */
export function watchRequests(tag: RequestTag): TaggedRequests {
  const counts = { tagged: 0, malformed: 0 };
  const layer: Layer = {
    select([event, request]) {
      if (!events.has(event)) return -1;
      const reading = readTag(baggageOf(request), tag);
      if (reading !== 'none') counts[reading] += 1;
      return reading === 'tagged' ? 0 : -1;
    },
    act: (_n, call) => handled.run(new Set([...(handled.getStore() ?? []), tag.run]), () => call.proceed()),
  };
  const attachments = sites.map((site) => attachLayer(site, layer));
  watchers += 1;
  let isOver = false;
  return {
    counts,
    isTagged: () => handled.getStore()?.has(tag.run) === true,
    stop() {
      if (isOver) return;
      isOver = true;
      for (const attachment of attachments) attachment.detach();
      watchers -= 1;
      // Frees every `await` of the process from the cost of keeping track.
      if (watchers === 0) handled.disable();
    },
  };
}

/** Those of a server that bring a request. */
const events: ReadonlySet<unknown> = new Set([
  'request',
  'checkContinue',
  'checkExpectation',
  'upgrade',
  'connect',
]);

const sites = ([http, https] as const).map(({ Server }, at) => ({
  name: `${at === 0 ? 'http' : 'https'}.Server.emit`,
  component: 'Server',
  method: 'emit',
  holder: Server.prototype,
  key: 'emit',
}));

function baggageOf(request: unknown): unknown {
  try {
    return (request as http.IncomingMessage).headers['baggage'];
  } catch {
    // Somebody emits an event of this name with something else.
    return undefined;
  }
}
