import { createInterface } from 'node:readline/promises';

/** Asks on a terminal; anything but yes is no. */
export async function isConfirmed(question: string, output: NodeJS.WritableStream): Promise<boolean> {
  const asking = createInterface({ input: process.stdin, output });
  try {
    return /^y(es)?$/i.test((await asking.question(question)).trim());
  } finally {
    asking.close();
  }
}
