/** A patched function. */
export interface PatchInPlace {
  /** True when nothing acts on it and the property is what it was: somebody else put it back since. */
  isBack(): boolean;
  /** Its name, and what is special about it. */
  describe(): string;
}

/** Functions that are patched now, and those that could not be put back. Kept by the patches themselves. */
export const patchesInPlace = new Set<PatchInPlace>();

/**
 * What is still patched in this process, by name, for the clean-exit check; empty when everything is back.
 * Includes functions that something else replaced or wrapped during the fault, so that ours could not be taken out.
 */
export function activePatches(): readonly string[] {
  for (const patch of patchesInPlace) if (patch.isBack()) patchesInPlace.delete(patch);
  return [...patchesInPlace].map((patch) => patch.describe());
}
