import type {
  AnyNode,
  ArrowFunctionExpression,
  CallExpression,
  CatchClause,
  FunctionDeclaration,
  FunctionExpression,
  Program,
} from 'acorn';
import type { HandlerKind } from '../../model/handler.js';
import { visitNodes } from './visit-nodes.js';

/** A function as a handler. */
export type HandlerFunction = FunctionDeclaration | FunctionExpression | ArrowFunctionExpression;

/** A handler in a module's syntax. */
export interface FoundHandler {
  readonly kind: HandlerKind;
  /** The offset that stands for it: of `catch`, `on` or the like, of the second function given to `then`. */
  readonly at: number;
  /** What runs; null where that is no function of the module that is known by its text. */
  readonly code: CatchClause | HandlerFunction | null;
}

/** Those that listen, as `EventEmitter` and `EventTarget` call them. */
const listens = new Set([
  'on',
  'once',
  'addListener',
  'prependListener',
  'prependOnceListener',
  'addEventListener',
]);

/** The handlers of errors in a module, in the order of its text. */
export function findHandlers(program: Program, bound: ReadonlyMap<string, number>): readonly FoundHandler[] {
  const functions = namedFunctions(program, bound);
  const codeOf = (node: AnyNode): HandlerFunction | null => {
    if (isFunction(node)) return node;
    return node.type === 'Identifier' ? (functions.get(node.name) ?? null) : null;
  };
  const found: FoundHandler[] = [];
  visitNodes(program, (node) => {
    if (node.type === 'CatchClause') found.push({ kind: 'catch-block', at: node.start, code: node });
    if (node.type === 'CallExpression') {
      const given = givenHandler(node);
      if (given !== null) found.push({ kind: given.kind, at: given.at, code: codeOf(given.handler) });
    }
    return undefined;
  });
  return found.toSorted((a, b) => a.at - b.at);
}

/** The argument of a call that handles errors. */
function givenHandler({
  callee,
  arguments: given,
}: CallExpression): { kind: HandlerKind; at: number; handler: AnyNode } | null {
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier')
    return null;
  const { name, start: at } = callee.property;
  const [first, second] = given;
  if (name === 'catch') {
    // Some promises take the classes of errors first.
    const handler = given.at(-1);
    return handler === undefined ? null : { kind: 'rejection-handler', at, handler };
  }
  if (second === undefined) return null;
  if (name === 'then') {
    const isNothing =
      (second.type === 'Identifier' && second.name === 'undefined') ||
      (second.type === 'Literal' && second.value === null);
    return isNothing ? null : { kind: 'rejection-handler', at: second.start, handler: second };
  }
  const isError = first?.type === 'Literal' && first.value === 'error';
  return listens.has(name) && isError ? { kind: 'error-listener', at, handler: second } : null;
}

/** Functions that a name stands for wherever it is used: it is declared once in the whole text. */
function namedFunctions(
  program: Program,
  bound: ReadonlyMap<string, number>,
): ReadonlyMap<string, HandlerFunction> {
  const functions = new Map<string, HandlerFunction>();
  const add = (name: string, code: HandlerFunction) => {
    if (bound.get(name) === 1) functions.set(name, code);
  };
  visitNodes(program, (node) => {
    if (node.type === 'FunctionDeclaration' && node.id != null) add(node.id.name, node);
    if (node.type === 'VariableDeclaration' && node.kind === 'const') {
      for (const { id, init } of node.declarations)
        if (id.type === 'Identifier' && init != null && isFunction(init)) add(id.name, init);
    }
    return undefined;
  });
  return functions;
}

function isFunction(node: AnyNode): node is FunctionExpression | ArrowFunctionExpression {
  return node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';
}
