/**
 * The text with the user, password or token of every URL in it replaced: `redis://***@host:6379`.
 * Also right for JSON text: what is replaced never reaches across a quote.
 *
 * @example
 * ```ts
 * redactUrlCredentials('postgres://shop:secret@db/orders'); // 'postgres://***@db/orders'
 * ```
 */
export function redactUrlCredentials(text: string): string {
  // Up to the last @ before the path: an @ inside a password is common, though it should be escaped.
  return text.replaceAll(/(?<=[a-z0-9+.-]:\/\/)[^\s/?#"'`<>]*(?=@)/gi, '***');
}
