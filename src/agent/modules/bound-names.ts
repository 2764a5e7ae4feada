import type { AnyNode } from 'acorn';
import { patternNames } from './pattern-names.js';
import { visitNodes } from './visit-nodes.js';

/** How often each name is declared in a text, in whatever scope. */
export function boundNames(program: AnyNode): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (name: string) => void counts.set(name, (counts.get(name) ?? 0) + 1);
  visitNodes(program, (node) => {
    switch (node.type) {
      case 'VariableDeclarator':
        patternNames(node.id).forEach(add);
        break;
      case 'ImportSpecifier':
      case 'ImportDefaultSpecifier':
      case 'ImportNamespaceSpecifier':
        add(node.local.name);
        break;
      case 'ClassDeclaration':
      case 'ClassExpression':
        if (node.id != null) add(node.id.name);
        break;
      case 'CatchClause':
        if (node.param != null) patternNames(node.param).forEach(add);
        break;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        if (node.id != null) add(node.id.name);
        node.params.flatMap(patternNames).forEach(add);
        break;
      default:
    }
    return undefined;
  });
  return counts;
}
