import { type AnyNode, Parser, type Program } from 'acorn';
import { type ModuleTop, moduleTop } from './module-top.js';

/** How Node compiles a module's source. */
export type ModuleFormat = 'module' | 'commonjs';

/** A module's syntax, or why it cannot be read. */
export type ParsedModule =
  | {
      readonly ok: true;
      readonly program: Program;
      readonly top: ModuleTop;
      readonly format: ModuleFormat;
      /** Names that are assigned to after their declaration, in whatever scope; all, where `eval` may assign. */
      isAssigned(name: string): boolean;
    }
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
    const assigned = new Set<string>();
    noted = assigned;
    try {
      const program = NotingParser.parse(source, { sourceType, ecmaVersion: 'latest', allowHashBang: true });
      const evaluates = /\beval\b/.test(source);
      const isAssigned = (name: string) => evaluates || assigned.has(name);
      return { ok: true, program, top: moduleTop(program, sourceType), format: sourceType, isAssigned };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      reason = `it cannot be parsed as JavaScript: ${error.message}`;
    }
  }
  return { ok: false, reason };
}

/** Of the parse that is under way. */
let noted = new Set<string>();

/** What plugins of acorn override: called for each single target of a declaration (its kind is above 0) or an assignment. */
type Plugged = new (
  ...args: never
) => {
  checkLValSimple(target: AnyNode, kind?: number, clashes?: object): void;
};

/** A second walk over the syntax would cost half as much again. */
const NotingParser = Parser.extend((Base) => {
  const PluggedBase = Base as unknown as Plugged;
  return class extends PluggedBase {
    override checkLValSimple(target: AnyNode, kind = 0, clashes?: object): void {
      if (kind === 0 && target.type === 'Identifier') noted.add(target.name);
      super.checkLValSimple(target, kind, clashes);
    }
  } as unknown as typeof Parser;
});
