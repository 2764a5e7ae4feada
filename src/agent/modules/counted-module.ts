import { SourceMap } from 'node:module';
import type { ModuleFormat } from './parse-module.js';
import { shiftedMappings } from './shifted-mappings.js';
import { type FoundSourceMap, sourceMapOf } from './source-map-of.js';
import { type CountedHandler, type HandlersCounted, withHandlerCounters } from './with-handler-counters.js';

/** Where a module lies. */
export interface CountedModulePlace {
  /** Below the target's folder; names the module to who counts. */
  readonly file: string;
  readonly path: string;
  /** The name of any path below the target's folder; null for what lies outside. */
  readonly fileOf: (path: string) => string | null;
}

/**
 * A module whose handlers count, with their places in the source that it was made of, where a source map tells; the map
 * stays true.
 */
export function countedModule(
  source: string,
  format: ModuleFormat | null,
  { file, path, fileOf }: CountedModulePlace,
): HandlersCounted {
  const counted = withHandlerCounters(source, format, file);
  if (counted.kind !== 'changed') return counted;
  const map = sourceMapOf(source, path);
  if (map === null) return counted;
  const { mappings } = map.payload;
  const shifted = typeof mappings === 'string' ? shiftedMappings(mappings, source, counted.edits) : null;
  return {
    ...counted,
    source:
      shifted === null ? counted.source : withMap(counted.source, { ...map.payload, mappings: shifted }),
    handlers: originals(counted.handlers, map, fileOf),
  };
}

/** The last map that a text names is the one that holds. */
function withMap(source: string, payload: object): string {
  const data = Buffer.from(JSON.stringify(payload)).toString('base64');
  return `${source}\n//# sourceMappingURL=data:application/json;base64,${data}\n`;
}

function originals(
  handlers: readonly CountedHandler[],
  { payload, pathOf }: FoundSourceMap,
  fileOf: CountedModulePlace['fileOf'],
): readonly CountedHandler[] {
  const map = new SourceMap(payload);
  return handlers.map((handler) => {
    const entry = map.findEntry(handler.line - 1, handler.column - 1);
    if (!('originalSource' in entry)) return handler;
    const path = pathOf(entry.originalSource);
    const file = path === null ? null : fileOf(path);
    if (file === null) return handler;
    return { ...handler, file, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  });
}
