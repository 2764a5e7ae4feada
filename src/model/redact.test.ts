import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactUrlCredentials } from './redact.js';

test.each([
  ['postgres://shop:secret@db:5432/orders', 'postgres://***@db:5432/orders'],
  ['redis://:secret@127.0.0.1', 'redis://***@127.0.0.1'],
  ['https://ghp_token@github.com/a/b', 'https://***@github.com/a/b'],
  ['amqp://u:p%40ss@h/v and http://x:y@z', 'amqp://***@h/v and http://***@z'],
  ['postgres://u:p@ss@db/x', 'postgres://***@db/x'],
  ['mongodb+srv://u:p@h', 'mongodb+srv://***@h'],
  ['REDIS://U:P@H', 'REDIS://***@H'],
  ['http://127.0.0.1:3000/@scope/x?mail=a@b.c', 'http://127.0.0.1:3000/@scope/x?mail=a@b.c'],
  ['write to a@b.c', 'write to a@b.c'],
  ['http://plain.example/', 'http://plain.example/'],
])('%s', (text, redacted) => {
  expect(redactUrlCredentials(text)).toBe(redacted);
});

const part = fc.stringMatching(/^[A-Za-z0-9!$&()*+,;=._~%@-]{1,20}$/);

test('no password of a URL is left, once is enough, and JSON stays JSON', () => {
  fc.assert(
    fc.property(part, fc.stringMatching(/^[A-Za-z0-9]{12,20}$/), fc.string(), (user, password, around) => {
      const text = `${around} postgres://${user}:${password}@db/x`;
      const redacted = redactUrlCredentials(text);
      expect(redacted.slice(around.length)).not.toContain(password);
      expect(redactUrlCredentials(redacted)).toBe(redacted);
      const json = JSON.parse(redactUrlCredentials(JSON.stringify({ text, next: 'a@b' }))) as {
        next: string;
      };
      expect(json.next).toBe('a@b');
    }),
  );
});
