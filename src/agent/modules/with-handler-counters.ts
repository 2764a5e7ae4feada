import type { AnyNode, BlockStatement, CatchClause } from 'acorn';
import type { HandlerPlace } from '../../model/handler.js';
import { boundNames } from './bound-names.js';
import { findHandlers, type HandlerFunction } from './find-handlers.js';
import { handlerEnds } from './handler-ends.js';
import { handlersKey } from './handlers-key.js';
import { type ModuleFormat, parseModule } from './parse-module.js';
import { patternNames } from './pattern-names.js';
import { positions } from './positions.js';
import { readsName } from './reads-name.js';
import { applyEdits, type TextEdit } from './text-edit.js';

/** A handler of a module, in the order of its text. */
export interface CountedHandler extends Omit<HandlerPlace, 'file'> {
  /** Of the source that the module was made of. Default: the module itself. */
  readonly file?: string;
  readonly told: boolean;
}

/** A module's source whose handlers count, or why it stays as it is. */
export type HandlersCounted =
  | {
      readonly kind: 'changed';
      readonly source: string;
      readonly handlers: readonly CountedHandler[];
      /** What was inserted into the source, each within a line. */
      readonly edits: readonly TextEdit[];
    }
  /** There is nothing to count, or it counts already. */
  | { readonly kind: 'same' }
  | { readonly kind: 'untouched'; readonly reason: string };

const counter = `globalThis[Symbol.for(${JSON.stringify(handlersKey)})]`;
const mayHandle = /\bcatch\b|\.\s*then\b|(['"])error\1/;
/** Binds the error where the source does not. */
const own = '$chaosxError';

/**
 * Has each handler of errors in a module say that it runs, and, where no code of it reads the error, that it ended.
 * Nothing else of the module does anything more; every line stays a line, and a column moves only behind a handler that begins in the same line.
 *
 * @param format - null when only the source tells
 * @param file - names the module to who counts
 */
export function withHandlerCounters(
  source: string,
  format: ModuleFormat | null,
  file: string,
): HandlersCounted {
  // Most modules have none, and are not parsed.
  if (!mayHandle.test(source) || source.includes(counter)) return { kind: 'same' };
  const parsed = parseModule(source, format);
  if (!parsed.ok) return { kind: 'untouched', reason: parsed.reason };
  const bound = boundNames(parsed.program);
  const found = findHandlers(parsed.program, bound);
  if (found.length === 0) return { kind: 'same' };
  const taken = ['globalThis', 'Symbol', own].find((name) => bound.has(name));
  if (taken !== undefined) return { kind: 'untouched', reason: `it has a \`${taken}\` of its own` };
  const edits: TextEdit[] = [];
  const positionOf = positions(source);
  const handlers = found.map(({ kind, at, code }, index): CountedHandler => {
    const { line, column } = positionOf(at);
    if (code !== null) {
      const call = (number: number, error?: string) =>
        `${counter}?.(${JSON.stringify(file)},${number}${error === undefined ? '' : `,${error}`})`;
      const calls = { begun: (error?: string) => call(index, error), ended: call(-index - 1) };
      edits.push(...(code.type === 'CatchClause' ? inCatch(code, calls) : inFunction(source, code, calls)));
    }
    return { kind, line: line + 1, column: column + 1, told: code !== null };
  });
  return { kind: 'changed', source: applyEdits(source, edits), handlers, edits };
}

/** Expressions that count. */
interface Calls {
  /** @param error - an expression; none: what the error is cannot be told */
  begun(error?: string): string;
  readonly ended: string;
}

function inCatch({ start, param, body }: CatchClause, calls: Calls): readonly TextEdit[] {
  const names = param == null ? [] : patternNames(param);
  const error = param == null ? own : param.type === 'Identifier' ? param.name : undefined;
  return [
    ...(param == null ? [insert(start + 'catch'.length, `(${own})`)] : []),
    insert(body.start + 1, `${calls.begun(error)};`),
    ...(readsName(body, names) ? [] : inEnds(body, calls)),
  ];
}

function inFunction(source: string, code: HandlerFunction, calls: Calls): readonly TextEdit[] {
  const { params, body } = code;
  const [first, ...others] = params;
  const names = first === undefined ? [] : patternNames(first);
  const isArrow = code.type === 'ArrowFunctionExpression';
  const reads = isArrow ? names : [...names, 'arguments'];
  const isUsed = [body, ...others].some((part) => readsName(part, reads));
  const directive = directiveOf(body);
  // A default makes the function no longer than it was.
  const [open] =
    (isArrow && directive === undefined && /^(?:async\s*)?\(/.exec(source.slice(code.start, body.start))) ||
    [];
  const bound =
    first === undefined && open !== undefined ? [insert(code.start + open.length, `${own}=void 0`)] : [];
  const error =
    first?.type === 'Identifier'
      ? first.name
      : first !== undefined
        ? undefined
        : isArrow
          ? bound.length > 0
            ? own
            : undefined
          : 'arguments[0]';
  if (body.type !== 'BlockStatement') {
    const [before, after] = isUsed ? ['', ')'] : ['[(', `),${calls.ended}][0])`];
    return [...bound, insert(body.start, `(${calls.begun(error)},${before}`), insert(body.end, after)];
  }
  return [
    ...bound,
    insert(directive?.end ?? body.start + 1, `;${calls.begun(error)};`),
    ...(isUsed || code.generator ? [] : inEnds(body, calls)),
  ];
}

function directiveOf(body: AnyNode): AnyNode | undefined {
  if (body.type !== 'BlockStatement') return undefined;
  return body.body.findLast((node) => node.type === 'ExpressionStatement' && node.directive != null);
}

function inEnds(block: BlockStatement, { ended }: Calls): readonly TextEdit[] {
  const edits = handlerEnds(block).flatMap((node) => {
    const value = node.type === 'ReturnStatement' ? node.argument : null;
    return value == null
      ? [insert(node.start, `{${ended};`), insert(node.end, '}')]
      : [insert(value.start, '[('), insert(value.end, `),${ended}][0]`)];
  });
  return [...edits, insert(block.end - 1, `;${ended};`)];
}

function insert(at: number, text: string): TextEdit {
  return { start: at, end: at, text };
}
