import module from 'node:module';

/** Of Node 22.18, 24 and later, which run TypeScript by themselves. */
type StripTypeScriptTypes = (source: string) => string;

/**
 * TypeScript without its types, as this Node takes them off: everything else stays in its line and column.
 *
 * @throws Error when this Node does not, or the source needs more than that
 */
export function stripTypes(source: string): string {
  const { stripTypeScriptTypes } = module as { readonly stripTypeScriptTypes?: StripTypeScriptTypes };
  if (stripTypeScriptTypes === undefined) throw new Error(`Node ${process.version} does not run TypeScript`);
  // Node warns once that this function is new: the target did not ask for it.
  const emitting = Reflect.getOwnPropertyDescriptor(process, 'emitWarning') ?? {};
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(source);
  } finally {
    Object.defineProperty(process, 'emitWarning', emitting);
  }
}
