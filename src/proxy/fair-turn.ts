/** So much is read in one turn of the loop at most before the others have theirs: about 1 ms of work. */
const mostBytesATurn = 2 * 1_024 * 1_024;

let readBytes = 0;
let nextTurn: NodeJS.Immediate | undefined;
const waiting: (() => void)[] = [];

/**
 * Keeps the loop's turns short while many connections carry bulk, so that the API and delayed chunks are not late.
 *
 * @param goOn - called in the next turn when the reader must stop now
 * @returns whether it may read on
 */
export function mayReadOn(bytes: number, goOn: () => void): boolean {
  readBytes += bytes;
  nextTurn ??= setImmediate(beginTurn);
  if (readBytes <= mostBytesATurn) return true;
  waiting.push(goOn);
  return false;
}

function beginTurn(): void {
  nextTurn = undefined;
  readBytes = 0;
  for (const goOn of waiting.splice(0)) goOn();
}
