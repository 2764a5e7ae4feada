import type { AnyNode, ArrowFunctionExpression, FunctionExpression, Program } from 'acorn';
import { visitNodes } from './visit-nodes.js';

/** Where the names of a module's own are. */
export interface ModuleTop {
  /** The program, or the function around all of it. */
  readonly scope: Program | FunctionExpression | ArrowFunctionExpression;
  readonly body: Program['body'];
  /** Where its last statement ends; null: with the text. */
  readonly end: number | null;
}

/**
 * The top of a module; of CommonJS in one function that is called at once and asks for nothing, as tsx writes it, the
 * inside of that.
 */
export function moduleTop(program: Program, format: 'module' | 'commonjs'): ModuleTop {
  const wrapper = format === 'commonjs' ? wrapperOf(program) : null;
  if (wrapper?.body.type !== 'BlockStatement') return { scope: program, body: program.body, end: null };
  const { body, end } = wrapper.body;
  return { scope: wrapper, body, end: end - 1 };
}

/** Null unless the function is all that runs, from its first line to its last. */
function wrapperOf({ body }: Program): FunctionExpression | ArrowFunctionExpression | null {
  // tsx has `__filename` say where the source lies.
  const rest = body.filter((node) => !isDirective(node) && !isAssignment(node));
  const [call] = rest;
  if (rest.length !== 1 || call?.type !== 'ExpressionStatement') return null;
  const { expression } = call;
  if (expression.type !== 'CallExpression' || expression.arguments.length > 0) return null;
  const { callee } = expression;
  if (callee.type !== 'FunctionExpression' && callee.type !== 'ArrowFunctionExpression') return null;
  const isPlain = !callee.async && !callee.generator && callee.params.length === 0;
  return isPlain && !returns(callee) ? callee : null;
}

function isDirective(node: AnyNode): boolean {
  return node.type === 'ExpressionStatement' && node.directive != null;
}

function isAssignment(node: AnyNode): boolean {
  return (
    node.type === 'ExpressionStatement' &&
    node.expression.type === 'AssignmentExpression' &&
    node.expression.left.type === 'Identifier'
  );
}

function returns(wrapper: AnyNode): boolean {
  let found = false;
  visitNodes(wrapper, (node) => {
    found ||= node.type === 'ReturnStatement';
    const isFunction = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
    return isFunction && node !== wrapper ? 'skip' : undefined;
  });
  return found;
}
