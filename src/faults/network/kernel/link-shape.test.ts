import { expect, test } from 'vitest';
import { linksFor, shapeScript } from './link-shape.js';

const classes = { target: '1:ab12', checker: '1:ab13' };

test('a narrow link: a class for the target and the same for the checker, each with a short queue', () => {
  const shape = { type: 'bandwidth', bytesPerSecond: 32_000, direction: 'both' } as const;
  expect(shapeScript(shape, classes, 'up0')).toMatchInlineSnapshot(`
    "class add dev up0 parent 1: classid 1:ab12 htb rate 32000bps burst 320b cburst 320b quantum 1514
    qdisc add dev up0 parent 1:ab12 bfifo limit 32000
    class add dev up0 parent 1: classid 1:ab13 htb rate 32000bps burst 320b cburst 320b quantum 1514
    qdisc add dev up0 parent 1:ab13 bfifo limit 32000
    "
  `);
});

test('a slow link: netem, behind which nothing overtakes', () => {
  const shape = { type: 'latency', minMs: 500, maxMs: 2_000, direction: 'to-target', seed: 1 } as const;
  expect(shapeScript(shape, { ...classes, checker: '1:1' }, 'down0')).toMatchInlineSnapshot(`
    "class add dev down0 parent 1: classid 1:ab12 htb rate 1250000000bps burst 12500000b cburst 12500000b quantum 1514
    qdisc add dev down0 parent 1:ab12 handle ab12: netem delay 1250000us 750000us limit 100000
    qdisc add dev down0 parent ab12:1 pfifo limit 100000
    class add dev down0 parent 1: classid 1:1 htb rate 1250000000bps burst 12500000b cburst 12500000b quantum 1514
    qdisc add dev down0 parent 1:1 handle 1: netem delay 1250000us 750000us limit 100000
    qdisc add dev down0 parent 1:1 pfifo limit 100000
    "
  `);
  expect(shapeScript({ ...shape, minMs: 20, maxMs: 20 }, classes, 'down0')).toContain(
    'netem delay 20000us limit',
  );
});

test('what leaves the target is shaped on the far link, what comes to it on the near one', () => {
  expect([linksFor('from-target'), linksFor('to-target'), linksFor('both')]).toEqual([
    ['up0'],
    ['down0'],
    ['up0', 'down0'],
  ]);
});
