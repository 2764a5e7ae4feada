import type { AnyNode } from 'acorn';
import { patternNames } from './pattern-names.js';
import { visitNodes } from './visit-nodes.js';

/**
 * The names that a module, or a function, declares: parameters, imports, and what its statements declare in any block,
 * without what the functions inside declare for themselves.
 */
export function declaredNames(scope: AnyNode): ReadonlySet<string> {
  const names = new Set<string>();
  visitNodes(scope, (node) => {
    switch (node.type) {
      case 'VariableDeclarator':
        for (const name of patternNames(node.id)) names.add(name);
        break;
      case 'ImportSpecifier':
      case 'ImportDefaultSpecifier':
      case 'ImportNamespaceSpecifier':
        names.add(node.local.name);
        break;
      case 'ClassDeclaration':
        if (node.id != null) names.add(node.id.name);
        break;
      case 'CatchClause':
        if (node.param != null) for (const name of patternNames(node.param)) names.add(name);
        break;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        // A declaration's name is of the scope around it, an expression's is its own.
        if (node.id != null && (node === scope) === (node.type === 'FunctionExpression'))
          names.add(node.id.name);
        if (node !== scope) return 'skip';
        for (const parameter of node.params) for (const name of patternNames(parameter)) names.add(name);
        break;
      default:
    }
    return undefined;
  });
  return names;
}
