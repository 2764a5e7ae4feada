import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.js';

const maxBodyBytes = 1_048_576;

/**
 * All of a request's body, as text.
 *
 * @throws ApiError 413 when it is too long; it is not read any further then
 */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return await new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) {
        request.removeAllListeners('data');
        reject(new ApiError(413, `request body too large: expected at most ${maxBodyBytes} bytes`));
        return;
      }
      chunks.push(chunk);
    });
    request.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.once('error', reject);
    request.once('close', () => reject(new ApiError(400, 'bad request body: unexpected EOF')));
  });
}
