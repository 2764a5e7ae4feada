/** Colours are for terminals, and not for those who ask for none (https://no-color.org). */
export function isColored(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && (process.env['NO_COLOR'] ?? '') === '';
}
