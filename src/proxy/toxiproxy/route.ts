import type { ServerResponse } from 'node:http';
import type { Answer } from './answer.js';

/** A request as its route sees it. */
export interface ApiRequest {
  readonly method: string;
  /** What stands in the place of the pattern's `*`s, decoded. */
  readonly parts: readonly string[];
  /** The parameters behind the `?`. */
  readonly query: URLSearchParams;
  /** Reads the whole body. @throws ApiError 413 */
  readonly text: () => Promise<string>;
}

/** A path and what it answers to each method; a `stream` keeps the response open. */
export interface Route {
  /** `*` stands for one segment. */
  readonly path: string;
  readonly methods: Readonly<Record<string, (request: ApiRequest) => Answer | Promise<Answer>>>;
  readonly stream?: (response: ServerResponse) => void;
}

/** The route of a path (without its query), and what stands for its `*`s. */
export function findRoute(
  routes: readonly Route[],
  path: string,
): { readonly route: Route; readonly parts: readonly string[] } | undefined {
  const segments = path.split('/');
  for (const route of routes) {
    const pattern = route.path.split('/');
    if (pattern.length !== segments.length) continue;
    const fits = pattern.every((each, at) => (each === '*' ? segments[at] !== '' : each === segments[at]));
    if (!fits) continue;
    try {
      return {
        route,
        parts: segments.filter((_segment, at) => pattern[at] === '*').map(decodeURIComponent),
      };
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** A path without empty segments and dots; Toxiproxy sends its callers there. */
export function cleanPath(path: string): string {
  if (!/\/\/|\/\.\.?(\/|$)/.test(path)) return path;
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return `/${kept.join('/')}${path.endsWith('/') && kept.length > 0 ? '/' : ''}`;
}
