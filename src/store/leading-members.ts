/**
 * The members at the beginning of a JSON object that are no objects or arrays, from the first part of its text, as
 * `JSON.stringify(…, null, 2)` writes it: one member a line.
 *
 * @returns those up to the first object or array, or the end of the part; empty for any other form
 */
export function leadingMembers(head: string): Readonly<Record<string, unknown>> {
  const members: Record<string, unknown> = {};
  if (!head.startsWith('{\n')) return members;
  let from = 2;
  // A line without its end may be cut off.
  for (let to = head.indexOf('\n', from); to !== -1; to = head.indexOf('\n', from)) {
    const member = /^ {2}("(?:[^"\\]|\\.)*"): (.+?),?$/.exec(head.slice(from, to));
    if (member === null || /^[[{]/.test(member[2] as string)) break;
    try {
      members[JSON.parse(member[1] as string) as string] = JSON.parse(member[2] as string);
    } catch {
      break;
    }
    from = to + 1;
  }
  return members;
}
