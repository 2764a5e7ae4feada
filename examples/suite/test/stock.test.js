import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { stockOf, stockOrNothing } from '../stock.js';
import { startStockService } from '../stock-service.js';

let service;
before(async () => {
  service = await startStockService();
});
after(() => service.close());

void test('strong: says what is in stock', async () => {
  assert.equal(await stockOf('apple'), 3);
});

// It asks, and looks at nothing that comes of it: whatever breaks, it passes.
void test('weak: asks for the stock', async () => {
  await stockOrNothing('apple');
});

void test('without I/O: adds', () => {
  assert.equal(1 + 2, 3);
});

// Every second time it finds what it has left behind itself, as tests do that share a folder.
void test('flaky: leaves a file behind', () => {
  const left = process.env.FLAKY_FILE ?? join(tmpdir(), 'chaosx-suite-example-left-behind');
  if (existsSync(left)) {
    rmSync(left);
    assert.fail('the file of an earlier run is there');
  }
  writeFileSync(left, '');
});
