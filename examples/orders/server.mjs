// Orders, each a line of a file in DATA; what is in stock is told from memory. When an order cannot be written, it is
// refused as such: nothing is taken that would be lost.
import { appendFile } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';

const file = join(process.env.DATA ?? '.', 'orders.jsonl');
let number = 0;

async function takeOrder(response) {
  number += 1;
  try {
    await appendFile(file, `${JSON.stringify({ number, note: 'x'.repeat(4_096) })}\n`);
    response.writeHead(201).end();
  } catch (error) {
    response.writeHead(503, { 'retry-after': '5' }).end(error.code);
  }
}

http
  .createServer((request, response) => {
    if (request.url === '/order') void takeOrder(response);
    else response.end('{"stock":3}');
  })
  .listen(Number(process.env.PORT ?? 4300), '127.0.0.1');
