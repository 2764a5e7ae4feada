/**
 * A name as part of a path: letters and digits of any script, lower case, the rest as single hyphens, at most 60
 * characters; `experiment` when nothing is left. It holds no separator and no dot, so it stays in its folder.
 */
export function folderName(name: string): string {
  const words =
    name
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  // By code points: a cut through one would give two names that differ and look the same.
  const short = Array.from(words.join('-')).slice(0, 60).join('');
  return short.replace(/-$/, '') || 'experiment';
}
