import type {
  AnyNode,
  ExportDefaultDeclaration,
  Expression,
  Program,
  Statement,
  VariableDeclaration,
  VariableDeclarator,
} from 'acorn';
import { defaultName } from './default-name.js';
import { liveDefault, namedDefault, type NamedDefault } from './default-export.js';
import type { ParsedModule } from './parse-module.js';
import { patternNames } from './pattern-names.js';
import type { TextEdit } from './text-edit.js';

/** A name at the top of a module that may hold a function, a class or an object with methods. */
export interface TopBinding {
  readonly name: string;
  /** `import`: something of another module, in a variable of its own, so that it does not follow that module. */
  readonly is: 'function' | 'class' | 'value' | 'import';
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

type Parsed = Pick<Extract<ParsedModule, { ok: true }>, 'top' | 'isAssigned'>;

const itIsAClass = 'it is a class';

/**
 * Looks at a parsed module. Changes of its text never change what it does, and move only tokens of `export default`.
 *
 * @param take - `imports`: only what it has from other modules
 */
export function topLevelBindings(
  source: string,
  parsed: Parsed,
  take: 'all' | 'imports' = 'all',
): TopBindings {
  const collector = new Collector(source, parsed, take);
  for (const statement of parsed.top.body) collector.add(statement);
  collector.addNamedDefaults();
  const { bindings, edits, specifiers } = collector;
  return { bindings: [...bindings.values()], edits, specifiers };
}

class Collector {
  readonly bindings = new Map<string, TopBinding>();
  readonly edits: TextEdit[] = [];
  readonly specifiers: string[] = [];
  readonly #source: string;
  readonly #isAssigned: Parsed['isAssigned'];
  readonly #all: boolean;
  /** `export default name`: the name may be declared further down. */
  readonly #named: { readonly name: string; readonly statement: ExportDefaultDeclaration }[] = [];

  constructor(source: string, { isAssigned }: Parsed, take: 'all' | 'imports') {
    this.#source = source;
    this.#isAssigned = isAssigned;
    this.#all = take === 'all';
  }

  add(statement: Program['body'][number]): void {
    if (statement.type === 'ExportNamedDeclaration') {
      if (statement.declaration != null) this.#addStatement(statement.declaration);
    } else if (statement.type === 'ExportDefaultDeclaration') {
      if (this.#all) this.#addDefault(statement);
    } else if (isStatement(statement)) this.#addStatement(statement);
  }

  addNamedDefaults(): void {
    for (const { name, statement } of this.#named) {
      if (this.bindings.get(name)?.fixed !== null || this.#isAssigned(name)) continue;
      this.#change(liveDefault(this.#source, statement, name));
    }
  }

  #addStatement(statement: Statement): void {
    if (statement.type === 'VariableDeclaration') this.#addVariables(statement);
    else if (!this.#all) return;
    else if (statement.type === 'FunctionDeclaration') {
      this.#bind({ name: statement.id.name, is: 'function', fixed: null, isConst: false, value: statement });
    } else if (statement.type === 'ClassDeclaration') {
      this.#bind({
        name: statement.id.name,
        is: 'class',
        fixed: itIsAClass,
        isConst: false,
        value: statement,
      });
    }
  }

  #addVariables(declaration: VariableDeclaration): void {
    const { kind, declarations, start } = declaration;
    if (kind !== 'const' && kind !== 'let' && kind !== 'var') return;
    const isConst = kind === 'const';
    const fixed = isConst ? this.#constReason(declarations) : null;
    const before = this.bindings.size;
    for (const { id, init } of declarations) {
      const value = init ?? null;
      if (isOfOther(init)) {
        for (const name of patternNames(id)) this.#bind({ name, is: 'import', fixed, isConst, value });
      } else if (this.#all && id.type === 'Identifier') {
        const is = heldBy(init);
        if (is !== null) this.#bind({ name: id.name, is, fixed, isConst, value });
      }
    }
    if (isConst && fixed === null && this.bindings.size > before) {
      this.edits.push({ start, end: start + 'const'.length, text: 'let  ' });
    }
  }

  #addDefault(statement: ExportDefaultDeclaration): void {
    const { declaration } = statement;
    if (isNamed(declaration)) return this.#addStatement(declaration);
    if (declaration.type === 'Identifier') {
      this.#named.push({ name: declaration.name, statement });
      return;
    }
    const is = heldBy(declaration);
    if (is === null || this.#source.includes(defaultName)) return;
    const named = namedDefault(this.#source, statement, defaultName);
    if (named === null) return;
    this.#change(named);
    const fixed = is === 'class' ? itIsAClass : null;
    this.#bind({ name: defaultName, is, fixed, isConst: true, value: declaration });
  }

  #bind(binding: TopBinding): void {
    const known = this.bindings.get(binding.name);
    if (known === undefined || known.is === 'value') this.bindings.set(binding.name, binding);
  }

  #change({ edits, specifier }: NamedDefault): void {
    this.edits.push(...edits);
    this.specifiers.push(specifier);
  }

  /** Why a `const` cannot become a `let` without anybody noticing; null when it can. */
  #constReason(declarations: readonly VariableDeclarator[]): string | null {
    if (!declarations.every(isWorthSetting)) return 'it is a const';
    const names = declarations.flatMap(({ id }) => patternNames(id));
    return names.some((name) => this.#isAssigned(name))
      ? 'it is a const, and the module assigns to its name'
      : null;
  }
}

function isStatement(node: Program['body'][number]): node is Statement {
  return !node.type.startsWith('Import') && !node.type.startsWith('Export');
}

type Named = Extract<Statement, { type: 'FunctionDeclaration' | 'ClassDeclaration' }>;

function isNamed(node: AnyNode): node is Named {
  return (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') && node.id != null;
}

/** What is found under a name after it was given this value; null when nothing of the module's own can be hit in it. */
function heldBy(value: AnyNode | null | undefined): 'function' | 'class' | 'value' | null {
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
    case 'CallExpression':
      return 'value';
    case 'AwaitExpression':
      return heldBy(value.argument);
    case 'ConditionalExpression':
      return heldBy(value.consequent) ?? heldBy(value.alternate);
    case 'LogicalExpression':
    case 'AssignmentExpression':
      return heldBy(value.right);
    default:
      return null;
  }
}

/** What `require` and `import()` give, or a property of it. */
function isOfOther(value: Expression | null | undefined): boolean {
  switch (value?.type) {
    case 'CallExpression':
      return value.callee.type === 'Identifier' && value.callee.name === 'require';
    case 'MemberExpression':
      return value.object.type !== 'Super' && isOfOther(value.object);
    case 'AwaitExpression':
      return value.argument.type === 'ImportExpression' || isOfOther(value.argument);
    default:
      return false;
  }
}

/** A const of something that is never called stays one. */
function isWorthSetting({ id, init }: VariableDeclarator): boolean {
  if (isOfOther(init)) return true;
  return id.type === 'Identifier' && (heldBy(init) === 'function' || init?.type === 'CallExpression');
}
