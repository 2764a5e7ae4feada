/** True when `text` matches a pattern in which `*` stands for any run of characters. */
export function matchesPattern(pattern: string, text: string): boolean {
  return patternTest(pattern).test(text);
}

/** A pattern that is asked about many texts. */
export function patternTest(pattern: string): Pick<RegExp, 'test'> {
  const source = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${source}$`, 's');
}
