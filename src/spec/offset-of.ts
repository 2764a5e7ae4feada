import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Pair } from 'yaml';
import type { Problem } from '../model/schema/problem.js';

/** Where in the text a mistake stands: at its key or value, or at the nearest part around it that is there. */
export function offsetOf(document: Document.Parsed, { path, at }: Problem): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, part] of path.entries()) {
    const holder = isAlias(node) ? node.resolve(document) : node;
    if (isSeq(holder)) {
      node = holder.items[Number(part)];
    } else {
      const pair = pairOf(document, holder, String(part));
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      if (at === 'key' && depth === path.length - 1) return offset;
      node = pair.value;
    }
    // A key without a value has no value to point at.
    if (isScalar(node) && node.source === '') return offset;
    offset = startOf(node) ?? offset;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

/** The pair with this key: the map's own, or the one that `<<` brings in. */
function pairOf(document: Document.Parsed, holder: unknown, key: string): Pair | undefined {
  if (!isMap(holder)) return undefined;
  const own = holder.items.findLast((pair) => keyText(pair) === key);
  if (own !== undefined) return own;
  for (const { key: name, value } of holder.items) {
    // The merge key's value is a symbol of yaml's own; its source is what stands in the text.
    if (!isScalar(name) || name.source !== '<<' || value === null) continue;
    const source = isAlias(value) ? value.resolve(document) : value;
    for (const merged of isSeq(source) ? source.items : [source]) {
      const found = pairOf(document, isAlias(merged) ? merged.resolve(document) : merged, key);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function keyText({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : String(key);
}
