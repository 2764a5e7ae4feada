import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createProxy, toxic } from '../src/proxy/index.js';
import { echo, listen, readAll } from './network-servers.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaosx-unix-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('bytes pass unchanged under a toxic; the file is for this user alone, and goes with the proxy', async () => {
  const path = join(folder, 'a.sock');
  {
    await using server = await listen(echo);
    await using proxy = await createProxy({ upstream: `127.0.0.1:${server.port}`, listen: `unix:${path}` });
    proxy.addToxic(toxic({ type: 'slicer', attributes: { average_size: 700, size_variation: 300 } }));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const sent = Buffer.from(Array.from({ length: 200_000 }, (_, n) => n % 251));
    const socket = connect(path);
    socket.end(sent);
    expect((await readAll(socket)).equals(sent)).toBe(true);
  }
  expect(existsSync(path)).toBe(false);
});

test('the file of a process that was killed is replaced', async () => {
  const path = join(folder, 'stale.sock');
  const code = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  await expect(createProxy({ upstream: '127.0.0.1:9', listen: `unix:${path}` })).rejects.toMatchObject({
    code: 'PROXY_FAILED',
    message: expect.stringContaining('address already in use') as string,
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(existsSync(path)).toBe(true);
  await using proxy = await createProxy({ upstream: '127.0.0.1:9', listen: `unix:${path}` });
  expect(proxy.listen).toBe(`unix:${path}`);
});

test('a file that is no socket stays', async () => {
  const path = join(folder, 'data');
  writeFileSync(path, 'precious');
  await expect(createProxy({ upstream: '127.0.0.1:9', listen: `unix:${path}` })).rejects.toMatchObject({
    code: 'PROXY_FAILED',
  });
  expect(statSync(path).size).toBe(8);
});

test('a path that is too long is said to be, not cut short', async () => {
  const path = join(folder, 'x'.repeat(120));
  await expect(createProxy({ upstream: '127.0.0.1:9', listen: `unix:${path}` })).rejects.toThrow(
    'the path of a Unix socket may have',
  );
});
