import { parse, type Program } from 'acorn';

/** How Node compiles a module's source. */
export type ModuleFormat = 'module' | 'commonjs';

/** A module's syntax, or why it cannot be read. */
export type ParsedModule =
  | { readonly ok: true; readonly program: Program; readonly format: ModuleFormat }
  | { readonly ok: false; readonly reason: string };

/**
 * Parses JavaScript as the newest Node would.
 *
 * @param format - null when only the source tells, as Node does it: CommonJS unless its syntax forbids
 */
export function parseModule(source: string, format: ModuleFormat | null): ParsedModule {
  const tried: readonly ModuleFormat[] = format === null ? ['commonjs', 'module'] : [format];
  let reason = '';
  for (const sourceType of tried) {
    try {
      const program = parse(source, { sourceType, ecmaVersion: 'latest', allowHashBang: true });
      return { ok: true, program, format: sourceType };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      reason = `it cannot be parsed as JavaScript: ${error.message}`;
    }
  }
  return { ok: false, reason };
}
