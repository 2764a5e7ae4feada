import type { AnyNode } from 'acorn';

/** Visits a node and all below it, parents first; below a node only when `visit` does not answer `'skip'`. */
export function visitNodes(node: AnyNode, visit: (node: AnyNode) => 'skip' | undefined): void {
  if (visit(node) === 'skip') return;
  for (const key in node) {
    const part = node[key as keyof AnyNode] as unknown;
    if (Array.isArray(part)) {
      for (const one of part) if (isNode(one)) visitNodes(one, visit);
    } else if (isNode(part)) visitNodes(part, visit);
  }
}

function isNode(part: unknown): part is AnyNode {
  return typeof part === 'object' && part !== null && typeof (part as { type?: unknown }).type === 'string';
}
