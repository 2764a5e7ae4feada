const plain = /^[\w@%+=:,./-]+$/;

/** A command as a person types it into a shell. */
export function commandText(command: readonly string[]): string {
  return command.map((word) => (plain.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
