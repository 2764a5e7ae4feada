/**
 * True for a name that only things of that run have: `chaosx-<run>`, also with a dot before it, with underscores instead
 * (nft and cgroups), or with more behind it.
 */
export function bearsRun(name: string, runId: string): boolean {
  const [plain, own] = [plainly(name.replace(/^\./, '')), plainly(`chaosx-${runId}`)];
  return plain === own || plain.startsWith(`${own}-`);
}

function plainly(text: string): string {
  return text.replaceAll(/[\W_]/g, '-');
}
