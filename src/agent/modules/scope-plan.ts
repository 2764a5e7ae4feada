import type { AnyNode } from 'acorn';
import { accessors } from './accessors.js';
import { declaredNames } from './declared-names.js';
import { defaultName } from './default-name.js';
import type { ModuleTop } from './module-top.js';
import { type ModuleFormat, parseModule } from './parse-module.js';
import { positions } from './positions.js';
import { type TopBinding, topLevelBindings } from './top-level-bindings.js';
import { visitNodes } from './visit-nodes.js';
import { unknownMethods } from './unknown-methods.js';

/** A place in a running module from whose code its scope can be seen. Counted from 0. */
export interface ScopePlace {
  readonly line: number;
  readonly column: number;
  /** The names that mean the module's bindings there: not what the function has of its own. */
  readonly names: readonly string[];
}

/** A top-level name of a module, and what can be hit through it. */
export interface PlannedBinding {
  /** Code of its `[name, get, set]`. */
  readonly code: string;
  /** What of its value can be hit: itself (``), `#method` of a class or object, or `unknownMethods`. */
  readonly methods: readonly string[];
  /** Why itself cannot; null when it can. */
  readonly reason: string | null;
}

/** How the scope of a module that is loaded already is reached, or why it is not. */
export type ScopePlan =
  | {
      readonly ok: true;
      readonly places: readonly ScopePlace[];
      readonly bindings: ReadonlyMap<string, PlannedBinding>;
    }
  | { readonly ok: false; readonly reason: string };

/** Plans from a module's source as the engine has it: nothing of it can be changed any more. */
export function scopePlan(source: string, format: ModuleFormat): ScopePlan {
  const parsed = parseModule(source, format);
  if (!parsed.ok) return parsed;
  const found = topLevelBindings(source, parsed).bindings.filter(({ name }) => name !== defaultName);
  const bindings = new Map(found.map((binding) => [binding.name, planned(binding)]));
  return { ok: true, bindings, places: places(source, parsed.top, [...bindings.keys()]) };
}

function planned(binding: TopBinding): PlannedBinding {
  const { is, isConst } = binding;
  const reason = isConst && is !== 'class' ? constReason : binding.fixed;
  return { code: accessors({ ...binding, fixed: reason }), methods: methodsOf(binding), reason };
}

const constReason = 'it is a const, and its module was loaded before chaosx came';

/** Where the outermost functions of a module begin to run. */
function places(source: string, { body }: ModuleTop, names: readonly string[]): readonly ScopePlace[] {
  const found: ScopePlace[] = [];
  const positionOf = positions(source);
  const visit = (node: AnyNode) => {
    if (!isFunction(node)) return undefined;
    const own = declaredNames(node);
    const visible = names.filter((name) => !own.has(name));
    if (visible.length > 0) found.push({ ...positionOf(firstStep(node)), names: visible });
    return 'skip';
  };
  for (const statement of body) visitNodes(statement, visit);
  return found;
}

type FunctionNode = Extract<
  AnyNode,
  { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }
>;

function isFunction(node: AnyNode): node is FunctionNode {
  return /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
}

function firstStep({ body }: FunctionNode): number {
  if (body.type !== 'BlockStatement') return body.start;
  const isStep = (node: AnyNode) =>
    node.type !== 'FunctionDeclaration' && !(node.type === 'ExpressionStatement' && node.directive != null);
  // Before the closing brace there is the function's return.
  return body.body.find(isStep)?.start ?? body.end - 1;
}

function methodsOf({ is, value }: TopBinding): readonly string[] {
  const own = is === 'function' ? [''] : [];
  if (value?.type === 'ClassDeclaration' || value?.type === 'ClassExpression') {
    return value.body.body.flatMap((member) =>
      member.type === 'MethodDefinition' && member.kind === 'method' ? keyOf(member) : [],
    );
  }
  if (value?.type !== 'ObjectExpression') return is === 'value' ? [unknownMethods] : own;
  return value.properties.flatMap((property) =>
    property.type === 'Property' && property.kind === 'init' && isFunction(property.value)
      ? keyOf(property)
      : [],
  );
}

function keyOf({ key, computed }: { readonly key: AnyNode; readonly computed: boolean }): readonly string[] {
  if (key.type === 'Literal') return [`#${String(key.value)}`];
  return key.type === 'Identifier' && !computed ? [`#${key.name}`] : [];
}
