/**
 * Whether all of a text fits a pattern: `*` stands for anything without a `/`, `**` for anything at all, every other
 * character for itself. Takes time in the length of both, whatever the pattern.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const tokens = pattern.match(/\*\*+|./gsu) ?? [];
  // The places in the pattern at which the text read so far may stand.
  let places = new Set<number>();
  const enter = (into: Set<number>, at: number) => {
    let place = at;
    into.add(place);
    // A star may also stand for nothing.
    while (tokens[place]?.startsWith('*') === true) {
      place += 1;
      into.add(place);
    }
  };
  enter(places, 0);
  for (const character of text) {
    const next = new Set<number>();
    for (const place of places) {
      const token = tokens[place];
      if (token === undefined) continue;
      if (!token.startsWith('*')) {
        if (token === character) enter(next, place + 1);
      } else if (token !== '*' || character !== '/') enter(next, place);
    }
    if (next.size === 0) return false;
    places = next;
  }
  return places.has(tokens.length);
}
