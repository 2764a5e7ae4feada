import type { Caller } from './called-from.js';
import { patternTest } from '../model/component-pattern.js';
import { matchesPeer } from '../model/peer-pattern.js';
import type { CalledFile, CalledPeer, PlatformCallSelection } from '../model/scenario-parameters.js';

/** What a call of the platform is about, as it was asked for. */
export interface CallSubject {
  /** Where a call of the network goes. */
  readonly peer?: CalledPeer;
  /** The system call or query by which a name is looked up: `getaddrinfo`, `queryMx`. */
  readonly query?: string;
  /** The file that it is about. */
  readonly file?: CalledFile;
  /** The path of a URL, without its query; of a file, as given and from the root. */
  readonly paths?: readonly string[];
  /** Who makes the call; asked last, for it costs. Default: the program. */
  readonly caller?: () => Caller;
  /** In capitals. */
  readonly httpMethod?: string;
}

/**
 * Tells the calls that a selection names by what they are about; a call that does not say it is none of them.
 *
 * @returns null when the selection does not ask
 */
export function subjectTest({
  hosts,
  paths,
  httpMethods,
}: PlatformCallSelection): ((subject: CallSubject) => boolean) | null {
  if (hosts === undefined && paths === undefined && httpMethods === undefined) return null;
  const patterns = paths?.map((pattern) => patternTest(pattern));
  const methods = httpMethods?.map((method) => method.toUpperCase());
  return ({ peer, paths: given = [], httpMethod }) =>
    (hosts === undefined || (peer !== undefined && isAmong(hosts, peer))) &&
    (patterns === undefined || given.some((path) => patterns.some((pattern) => pattern.test(path)))) &&
    (methods === undefined || (httpMethod !== undefined && methods.includes(httpMethod)));
}

function isAmong(hosts: readonly string[], { host, port }: CalledPeer): boolean {
  return hosts.some((pattern) => matchesPeer(pattern, { host, port, addresses: [] }));
}
