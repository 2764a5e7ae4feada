/** One mistake in a value: where it is, what was expected and what came. */
export interface Problem {
  /** Keys and indexes from the root of the value. */
  readonly path: readonly (string | number)[];
  /** Whether the key itself is wrong (unknown, given twice) or what it holds. */
  readonly at: 'key' | 'value';
  /** Without the path, e.g. `expected a share from 0 to 1, got 5`. */
  readonly message: string;
  /** What to write instead, or where to look. */
  readonly hint?: string;
}

/**
 * A path as code writes it; the empty path is the empty text.
 *
 * @example
 * ```ts
 * formatPath(['probes', 0, 'expect', 'x-y']); // 'probes[0].expect["x-y"]'
 * ```
 */
export function formatPath(path: Problem['path']): string {
  return path
    .map((part) => {
      if (typeof part === 'number') return `[${part}]`;
      return /^[A-Za-z_]\w*$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
    })
    .join('')
    .replace(/^\./, '');
}
