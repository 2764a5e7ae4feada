import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { nodeUnderTest } from './node-under-test.js';

const program = fileURLToPath(new URL('fixtures/meets-platform-faults.mjs', import.meta.url));

test('a program meets the same faults on every version of Node, by the built package', async () => {
  const { stdout } = await promisify(execFile)(nodeUnderTest, [program]);
  expect(stdout.trimEnd().split('\n')).toMatchInlineSnapshot(`
    [
      "["answers before","503,basic,2,busy","503,basic,2,busy","503,2,busy","503,2,busy"]",
      "["half before","200,basic,,terminated, ECONNRESET","200,,half, ECONNRESET"]",
      "["answers after","503,basic,2,busy","503,basic,2,busy","503,2,busy","503,2,busy"]",
      "["half after","200,basic,,terminated, ECONNRESET","200,,half, ECONNRESET"]",
      "["ENOENT","ENOENT: no such file or directory, open '/a'","ENOENT: no such file or directory, open '/a'","ENOENT: no such file or directory, open '/a'","ENOENT: no such file or directory, open '/a'","ENOENT: no such file or directory, open '/a'","ENOENT: no such file or directory, open '/a'","@testagentx/chaos"]",
      "["EIO","EIO: i/o error, read","EIO: i/o error, read","EIO: i/o error, read","EIO: i/o error, write","EIO: i/o error, write","EIO: i/o error, write","@testagentx/chaos"]",
      "["truncated",0,true,true]",
      "["names","queryMx ENOTFOUND a.test","getaddrinfo ENOTFOUND a.test"]",
      "["processes","spawn ls EAGAIN","spawn ls EAGAIN","spawnSync ls EAGAIN"]",
      "["tagged","200,basic,,well","503,basic,,"]",
    ]
  `);
});
