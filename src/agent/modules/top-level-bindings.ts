import type { AnyNode, Expression, Program, Statement, VariableDeclaration } from 'acorn';
import { defaultName } from './default-name.js';
import { liveDefault, namedDefault, type NamedDefault } from './default-export.js';
import type { ParsedModule } from './parse-module.js';
import type { TextEdit } from './text-edit.js';

/** A name at the top of a module that may hold a function, a class or an object with methods. */
export interface TopBinding {
  readonly name: string;
  readonly is: 'function' | 'class' | 'value';
  /** Why another function cannot be put there; null when it can, after the edits. */
  readonly fixed: string | null;
  /** Without the edits it cannot be set. */
  readonly isConst: boolean;
  /** What the text gives it at first; null when that is unknown. */
  readonly value: AnyNode | null;
}

/** The bindings at the top of a module, and what in its text must change so that as many as possible can be set. */
export interface TopBindings {
  readonly bindings: readonly TopBinding[];
  readonly edits: readonly TextEdit[];
  /** Export specifiers to be added, in the place of those that the edits took away. */
  readonly specifiers: readonly string[];
}

type Parsed = Pick<Extract<ParsedModule, { ok: true }>, 'program' | 'isAssigned'>;

const itIsAClass = 'it is a class';

/** Looks at a parsed module. Changes of its text never change what it does, and move only tokens of `export default`. */
export function topLevelBindings(source: string, { program, isAssigned }: Parsed): TopBindings {
  const bindings = new Map<string, TopBinding>();
  const edits: TextEdit[] = [];
  const specifiers: string[] = [];
  const add = (binding: TopBinding) => {
    const known = bindings.get(binding.name);
    if (known === undefined || known.is === 'value') bindings.set(binding.name, binding);
  };
  const addVariables = (declaration: VariableDeclaration) => {
    const isConst = declaration.kind === 'const';
    if (!isConst && declaration.kind !== 'let' && declaration.kind !== 'var') return;
    const fixed = isConst ? constReason(declaration, isAssigned) : null;
    if (isConst && fixed === null) edits.push({ ...spanOf(declaration, 'const'), text: 'let  ' });
    for (const { id, init } of declaration.declarations) {
      const is = heldBy(init);
      if (id.type === 'Identifier' && is !== null) {
        add({ name: id.name, is, fixed, isConst, value: init ?? null });
      }
    }
  };
  const addStatement = (statement: Statement) => {
    if (statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration') {
      const { name } = statement.id;
      if (statement.type === 'FunctionDeclaration') {
        add({ name, is: 'function', fixed: null, isConst: false, value: statement });
      } else add({ name, is: 'class', fixed: itIsAClass, isConst: false, value: statement });
    } else if (statement.type === 'VariableDeclaration') addVariables(statement);
  };
  const addDefault = (named: NamedDefault | null, addNamed: () => void = () => undefined) => {
    if (named === null) return;
    edits.push(...named.edits);
    specifiers.push(named.specifier);
    addNamed();
  };
  const defaults: (() => void)[] = [];
  for (const statement of program.body) {
    if (statement.type === 'ExportNamedDeclaration') {
      if (statement.declaration != null) addStatement(statement.declaration);
    } else if (statement.type === 'ExportDefaultDeclaration') {
      const { declaration } = statement;
      if (isNamed(declaration)) addStatement(declaration);
      else if (declaration.type === 'Identifier') {
        const { name } = declaration;
        // The name may be declared further down.
        defaults.push(() => {
          const known = bindings.get(name);
          if (known?.fixed === null && !isAssigned(name)) addDefault(liveDefault(source, statement, name));
        });
      } else {
        const is = heldBy(declaration);
        if (is === null || source.includes(defaultName)) continue;
        addDefault(namedDefault(source, statement, defaultName), () =>
          add({
            name: defaultName,
            is,
            fixed: is === 'class' ? itIsAClass : null,
            isConst: true,
            value: declaration,
          }),
        );
      }
    } else if (isStatement(statement)) addStatement(statement);
  }
  for (const act of defaults) act();
  return { bindings: [...bindings.values()], edits, specifiers };
}

function isStatement(node: Program['body'][number]): node is Statement {
  return !node.type.startsWith('Import') && !node.type.startsWith('Export');
}

type Named = Extract<Statement, { type: 'FunctionDeclaration' | 'ClassDeclaration' }>;

function isNamed(node: AnyNode): node is Named {
  return (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') && node.id != null;
}

/** What is found under a name after it was given this value; null when nothing of the module's own can be hit in it. */
function heldBy(value: AnyNode | null | undefined): TopBinding['is'] | null {
  switch (value?.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return 'function';
    case 'ClassDeclaration':
    case 'ClassExpression':
      return 'class';
    case undefined:
    case 'ObjectExpression':
    case 'NewExpression':
      return 'value';
    case 'CallExpression':
      return isRequire(value.callee) ? null : 'value';
    case 'AwaitExpression':
      return heldBy(value.argument);
    case 'ConditionalExpression':
      return heldBy(value.consequent) ?? heldBy(value.alternate);
    case 'LogicalExpression':
      return heldBy(value.right);
    case 'AssignmentExpression':
      return heldBy(value.right);
    default:
      return null;
  }
}

/** Objects of other modules are not this one's. */
function isRequire(callee: CallExpressionCallee): boolean {
  return callee.type === 'Identifier' && callee.name === 'require';
}
type CallExpressionCallee = Expression | { readonly type: 'Super' };

/** Why a `const` cannot become a `let` without anybody noticing; null when it can. */
function constReason(
  { declarations }: VariableDeclaration,
  isAssigned: (name: string) => boolean,
): string | null {
  for (const { id, init } of declarations) {
    if (id.type !== 'Identifier' || !mayBeFunction(init)) return 'it is a const';
  }
  const assigned = declarations.find(({ id }) => id.type === 'Identifier' && isAssigned(id.name));
  return assigned === undefined ? null : 'it is a const, and the module assigns to its name';
}

function mayBeFunction(init: Expression | null | undefined): boolean {
  const is = heldBy(init);
  return is === 'function' || (is === 'value' && init?.type === 'CallExpression');
}

function spanOf({ start }: AnyNode, keyword: string): { start: number; end: number } {
  return { start, end: start + keyword.length };
}
