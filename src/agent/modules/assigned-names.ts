import type { Program } from 'acorn';
import { patternNames } from './pattern-names.js';
import { visitNodes } from './visit-nodes.js';

/**
 * The names that a module assigns to after their declaration, in any of its scopes; `everything` when code that only
 * exists at run time (`eval`) may assign too.
 */
export function assignedNames(program: Program): ReadonlySet<string> | 'everything' {
  const names = new Set<string>();
  let evaluates = false;
  visitNodes(program, (node) => {
    switch (node.type) {
      case 'AssignmentExpression':
        for (const name of patternNames(node.left)) names.add(name);
        break;
      case 'UpdateExpression':
        if (node.argument.type === 'Identifier') names.add(node.argument.name);
        break;
      case 'ForInStatement':
      case 'ForOfStatement':
        if (node.left.type !== 'VariableDeclaration')
          for (const name of patternNames(node.left)) names.add(name);
        break;
      case 'CallExpression':
        evaluates ||= node.callee.type === 'Identifier' && node.callee.name === 'eval';
        break;
      default:
    }
    return undefined;
  });
  return evaluates ? 'everything' : names;
}
