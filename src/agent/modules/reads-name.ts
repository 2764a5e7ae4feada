import type { AnyNode } from 'acorn';
import { visitNodes } from './visit-nodes.js';

/**
 * True when code may read one of some names. What declares a name of its own inside is not told apart: that counts as
 * reading, as does `eval`.
 */
export function readsName(code: AnyNode, names: readonly string[]): boolean {
  let found = false;
  const look = (node: AnyNode): 'skip' | undefined => {
    if (found) return 'skip';
    switch (node.type) {
      case 'Identifier':
        found ||= names.includes(node.name) || node.name === 'eval';
        return undefined;
      case 'MemberExpression':
        if (node.computed) return undefined;
        visitNodes(node.object, look);
        return 'skip';
      case 'Property':
      case 'PropertyDefinition':
      case 'MethodDefinition':
        if (node.computed || (node.type === 'Property' && node.shorthand)) return undefined;
        if (node.value != null) visitNodes(node.value, look);
        return 'skip';
      default:
        return undefined;
    }
  };
  visitNodes(code, look);
  return found;
}
