import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Receipt } from '../model/receipt.js';

const program = `
const [url, name] = process.argv.slice(1);
let text = '';
for await (const chunk of process.stdin) text += chunk;
const module = await import(url);
await module[name].undo(JSON.parse(text), AbortSignal.timeout(10_000));
`;

/**
 * Undoes a receipt in a new Node process that knows nothing but the receipt.
 *
 * @throws Error with the process's output when the undo fails
 */
export async function undoInFreshProcess(
  module: { readonly url: URL; readonly name: string },
  receipt: Receipt,
): Promise<void> {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', program, fileURLToPath(module.url), module.name],
    {
      stdio: ['pipe', 'ignore', 'pipe'],
    },
  );
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stdin.end(JSON.stringify(receipt));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0)
    throw new Error(`the undo in a fresh process failed with exit code ${String(code)}: ${output}`);
}
