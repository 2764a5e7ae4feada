import type { AnyNode, BlockStatement, BreakStatement, ContinueStatement, ReturnStatement } from 'acorn';
import { visitNodes } from './visit-nodes.js';

interface Inside {
  readonly loop: boolean;
  readonly breakable: boolean;
  readonly labels: readonly string[];
}

/** The statements by which a block is left without throwing, beside its end. */
export function handlerEnds(
  block: BlockStatement,
): readonly (ReturnStatement | BreakStatement | ContinueStatement)[] {
  const ends: (ReturnStatement | BreakStatement | ContinueStatement)[] = [];
  const look = (from: AnyNode, inside: Inside): void => {
    visitNodes(from, (node) => {
      if (node === from) return undefined;
      switch (node.type) {
        case 'FunctionDeclaration':
        case 'FunctionExpression':
        case 'ArrowFunctionExpression':
        case 'StaticBlock':
          return 'skip';
        case 'ReturnStatement':
          ends.push(node);
          return 'skip';
        case 'BreakStatement':
          if (node.label == null ? !inside.breakable : !inside.labels.includes(node.label.name))
            ends.push(node);
          return 'skip';
        case 'ContinueStatement':
          if (node.label == null ? !inside.loop : !inside.labels.includes(node.label.name)) ends.push(node);
          return 'skip';
        case 'LabeledStatement':
          look(node, { ...inside, labels: [...inside.labels, node.label.name] });
          return 'skip';
        case 'SwitchStatement':
          look(node, { ...inside, breakable: true });
          return 'skip';
        case 'ForStatement':
        case 'ForInStatement':
        case 'ForOfStatement':
        case 'WhileStatement':
        case 'DoWhileStatement':
          look(node, { ...inside, loop: true, breakable: true });
          return 'skip';
        default:
          return undefined;
      }
    });
  };
  look(block, { loop: false, breakable: false, labels: [] });
  return ends;
}
