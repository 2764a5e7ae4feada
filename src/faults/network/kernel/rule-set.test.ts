import { expect, test } from 'vitest';
import type { PacketPath } from './packet-path.js';
import { type RuleSet, ruleSetScript } from './rule-set.js';

const samplerPorts = { from: 20_000, count: 600 };
const place = { host: '10.0.0.5', port: 5_432 };
const script = (fault: RuleSet['fault'], path: Partial<PacketPath> = {}) =>
  ruleSetScript({
    table: 'chaosx_run_1',
    paths: [{ place, towards: 'to-target', passing: 'remote', ...path }],
    fault,
    samplerPorts,
  });
/** The rules of the chains that hang on a hook, without what is the same in all tables. */
const hooks = (text: string) => text.slice(text.indexOf('goto counted', text.indexOf('chain back')) + 17);
const drop = (direction: 'both' | 'to-target' | 'from-target') => ({ type: 'drop', direction }) as const;

test('one table holds the fault, twice: for what is counted and for the checker', () => {
  expect(script({ type: 'loss', lossRate: 0.125, direction: 'both', seed: 1 })).toMatchInlineSnapshot(`
    "table inet chaosx_run_1 {
      set samplers { type inet_service; flags interval; elements = { 20000-20599 }; }
      counter met { }
      counter hit { }
      chain uncounted {
        numgen random mod 1000000 < 125000 drop
      }
      chain counted {
        numgen random mod 1000000 < 125000 counter name hit drop
      }
      chain towards {
        th sport @samplers goto uncounted
        counter name met
        goto counted
      }
      chain back {
        th dport @samplers goto uncounted
        counter name met
        goto counted
      }
      chain input {
        type filter hook input priority -5; policy accept;
        ip saddr 10.0.0.5 meta l4proto { tcp, udp } th sport 5432 goto back
      }
      chain output {
        type filter hook output priority -5; policy accept;
        ip daddr 10.0.0.5 meta l4proto { tcp, udp } th dport 5432 goto towards
      }
    }
    "
  `);
});

test.each([
  [0, []],
  [1e-7, []],
  [1e-6, ['numgen random mod 1000000 < 1 drop']],
  [0.999_999_9, ['drop']],
  [1, ['drop']],
])('a rate of %d is what nft can draw', (lossRate, rules) => {
  const text = script({ type: 'loss', lossRate, direction: 'both', seed: 1 });
  const [, body = ''] = /chain uncounted \{\n([^}]*)\n? {2}\}/.exec(text) ?? [];
  expect(body.split('\n').flatMap((line) => line.trim() || [])).toEqual(rules);
});

test('refusing answers with a reset, and never to a reset', () => {
  expect(script({ type: 'refuse' }).match(/chain counted \{[^}]*\}/)?.[0]).toMatchInlineSnapshot(`
    "chain counted {
        tcp flags & rst == rst return
        meta l4proto tcp counter name hit reject with tcp reset
        counter name hit reject with icmpx type port-unreachable
      }"
  `);
});

test('what is elsewhere is cut where it leaves and where it arrives', () => {
  expect(hooks(script(drop('both')))).toMatchInlineSnapshot(`
    "  chain input {
        type filter hook input priority -5; policy accept;
        ip saddr 10.0.0.5 meta l4proto { tcp, udp } th sport 5432 goto back
      }
      chain output {
        type filter hook output priority -5; policy accept;
        ip daddr 10.0.0.5 meta l4proto { tcp, udp } th dport 5432 goto towards
      }
    }
    "
  `);
});

test('what is here is cut where it arrives, each packet once, whether its other end is here or not', () => {
  expect(hooks(script(drop('both'), { passing: 'local' }))).toMatchInlineSnapshot(`
    "  chain input {
        type filter hook input priority -5; policy accept;
        ip daddr 10.0.0.5 meta l4proto { tcp, udp } th dport 5432 goto towards
        ip saddr 10.0.0.5 meta l4proto { tcp, udp } th sport 5432 goto back
      }
      chain output {
        type filter hook output priority -5; policy accept;
        oifname != "lo" ip saddr 10.0.0.5 meta l4proto { tcp, udp } th sport 5432 goto back
      }
    }
    "
  `);
});

test('a router cuts what it forwards; IPv6 has rules of its own', () => {
  expect(
    hooks(
      script(drop('both'), {
        passing: 'forwarded',
        towards: 'from-target',
        place: { host: 'fd00::5', port: 80 },
      }),
    ),
  ).toMatchInlineSnapshot(`
    "  chain forward {
        type filter hook forward priority -5; policy accept;
        ip6 daddr fd00::5 meta l4proto { tcp, udp } th dport 80 goto towards
        ip6 saddr fd00::5 meta l4proto { tcp, udp } th sport 80 goto back
      }
    }
    "
  `);
});

test('one way is one way, seen from the target', () => {
  const rules = (direction: 'to-target' | 'from-target', towards: PacketPath['towards']) =>
    hooks(script(drop(direction), { towards })).match(/[ds]addr/g);
  expect(rules('to-target', 'to-target')).toEqual(['daddr']);
  expect(rules('from-target', 'to-target')).toEqual(['saddr']);
  expect(rules('to-target', 'from-target')).toEqual(['saddr']);
  expect(rules('from-target', 'from-target')).toEqual(['daddr']);
});

test('packets that are to wait are put into classes: those of the target are counted, those of the checker wait beside', () => {
  const text = script({ type: 'mark', direction: 'both', classes: { target: '1:2', checker: '1:3' } });
  expect(text).toContain('chain counted {\n    counter name hit meta priority set 1:2\n');
  expect(text).toContain('chain uncounted {\n    meta priority set 1:3\n');
});

test('new connections are rationed to each place apart, and for the checker beside', () => {
  const text = ruleSetScript({
    table: 'chaosx_run_1',
    paths: [
      { place, towards: 'from-target', passing: 'forwarded' },
      { place: { host: 'fd00::5', port: 80 }, towards: 'from-target', passing: 'forwarded' },
    ],
    fault: { type: 'connection-rate', perSecond: 2.5, burst: 3 },
    samplerPorts,
  });
  expect(text.match(/chain counted \{[^}]*\}\n/)?.[0]).toMatchInlineSnapshot(`
    "chain counted {
        ip daddr 10.0.0.5 tcp dport 5432 tcp flags & (syn | ack) == syn limit rate over 150/minute burst 3 packets counter name hit reject with tcp reset
        ip6 daddr fd00::5 tcp dport 80 tcp flags & (syn | ack) == syn limit rate over 150/minute burst 3 packets counter name hit reject with tcp reset
      }
    "
  `);
  expect(text.match(/limit rate over 150\/minute burst 3 packets/g)).toHaveLength(4);
});
