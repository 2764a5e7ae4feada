import { readFileSync } from 'node:fs';
import type { SourceMapPayload } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The source map of a module. */
export interface FoundSourceMap {
  readonly payload: SourceMapPayload;
  /** The path that one of its sources stands for; null for what is no file. */
  readonly pathOf: (source: string) => string | null;
}

/** The source map that a module's text names, which lies in it or beside it; null without one that can be read. */
export function sourceMapOf(source: string, path: string): FoundSourceMap | null {
  const url = [...source.matchAll(/^[ \t]*\/\/[#@] ?sourceMappingURL=(\S+)[ \t]*$/gm)].at(-1)?.[1];
  if (url === undefined) return null;
  try {
    const inside = /^data:[^,]*?(;base64)?,(.*)$/.exec(url);
    const place = inside === null ? resolve(dirname(path), decodeURI(url)) : path;
    const text =
      inside === null
        ? readFileSync(place, 'utf8')
        : inside[1] === undefined
          ? decodeURIComponent(inside[2] ?? '')
          : Buffer.from(inside[2] ?? '', 'base64').toString('utf8');
    const payload = JSON.parse(text) as SourceMapPayload;
    return { payload, pathOf: (one) => pathOf(one, payload.sourceRoot, dirname(place)) };
  } catch {
    // Node goes without it as well.
    return null;
  }
}

function pathOf(source: string, root: string | undefined, folder: string): string | null {
  if (source.startsWith('file:')) return fileURLToPath(source);
  if (/^[a-z]+:/.test(source)) return null;
  if (root?.startsWith('file:') === true) return resolve(fileURLToPath(root), source);
  return resolve(folder, root ?? '', source);
}
