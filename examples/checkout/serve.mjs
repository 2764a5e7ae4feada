// What the services of this example share: a small JSON server on 127.0.0.1:PORT that ends on SIGTERM.
import { createServer } from 'node:http';

/** An answer other than 200. */
export class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * Serves GET /health and GET /<path>/:id.
 *
 * @param {string} path - first part of the path, e.g. `checkout`
 * @param {(id: string) => Promise<object>} answer - makes the JSON answer for an id
 */
export function serve(path, answer) {
  const port = Number(process.env.PORT);
  const page = async (url) => {
    const [, first, id] = new URL(url, 'http://localhost').pathname.split('/');
    if (first === 'health') return { status: 'up' };
    if (first !== path || !id) throw new HttpError(404, `no such page: ${url}`);
    return await answer(id);
  };
  const server = createServer((request, response) => {
    const send = (status, body) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
    };
    page(request.url).then(
      (body) => send(200, body),
      (error) => send(error.status ?? 502, { error: error.message }),
    );
  });
  server.listen(port, '127.0.0.1', () => console.log(`${path} listens on http://127.0.0.1:${port}`));
  process.on('SIGTERM', () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
