import { expect, test } from 'vitest';
import type { ChaosError } from '../model/chaos-error.js';
import { CHAOS_SCENARIOS } from '../scenarios/chaos-scenarios.js';
import { problemsIn } from './experiment-problems.js';
import { parseExperiment } from './parse-experiment.js';

/** The message of the error that a text is refused with. */
function refusal(text: string): string {
  return refused(text).message;
}

function refused(text: string): ChaosError {
  try {
    parseExperiment(text, '/work/shop.yaml');
  } catch (error) {
    expect(error).toMatchObject({ name: 'ChaosError', code: 'INVALID_INPUT' });
    return error as ChaosError;
  }
  throw new Error('expected an error, got none');
}

const checkout = `# yaml-language-server: $schema=../../schema/experiment.schema.json
name: Checkout survives a slow inventory
description: The inventory service slows down at peak time; checkout must keep answering.
targetSystem:
  name: checkout
  start: node server.mjs
  env: { PORT: "3000", INVENTORY_URL: "http://127.0.0.1:4000" }
  ready: { http: "http://127.0.0.1:3000/health", within: 10s }
  dependencies:
    inventory: { env: INVENTORY_URL }
steadyStateHypothesis: Checkout answers in under a second
probes:
  - name: checkout
    http: http://127.0.0.1:3000/checkout/42
    expect: { status: 200 }
    timeout: 2s
    every: 200ms
scenarios:
  - high_latency
  - use: packet_loss
    targetComponents: [inventory]
    duration: 20s
    parameters: { lossPercent: [10, 20] }
duration: 60s
successCriteria: { maxResponseMs: 1000, maxDowntime: 10s }
seed: 42
`;

test('reads the experiment of the documentation', () => {
  const experiment = parseExperiment(checkout, '/work/shop/experiment.yaml');
  expect(experiment).toMatchInlineSnapshot(`
    {
      "baseline": "5s",
      "description": "The inventory service slows down at peak time; checkout must keep answering.",
      "duration": "60s",
      "holdTime": "3s",
      "maxRecoveryWait": "60s",
      "name": "Checkout survives a slow inventory",
      "parallel": false,
      "probes": [
        {
          "every": "200ms",
          "expect": {
            "status": 200,
          },
          "http": "http://127.0.0.1:3000/checkout/42",
          "name": "checkout",
          "timeout": "2s",
        },
      ],
      "scenarios": [
        ChaosScenario {
          "description": "The network answers late: 500 to 2000 ms are added to what passes.",
          "duration": "30s",
          "name": "high_latency",
          "parameters": {
            "latencyMs": [
              500,
              2000,
            ],
          },
          "probability": 1,
          "scenarioType": "NETWORK_LATENCY",
          "severity": 3,
          "targetComponents": [],
        },
        ChaosScenario {
          "description": "The network loses 10 to 30 percent of all packets.",
          "duration": "20s",
          "name": "packet_loss",
          "parameters": {
            "lossPercent": [
              10,
              20,
            ],
          },
          "probability": 1,
          "scenarioType": "PACKET_LOSS",
          "severity": 4,
          "targetComponents": [
            "inventory",
          ],
        },
      ],
      "seed": 42,
      "steadyStateHypothesis": "Checkout answers in under a second",
      "successCriteria": {
        "maxDowntime": "10s",
        "maxResponseMs": 1000,
      },
      "targetSystem": {
        "cwd": "/work/shop",
        "dependencies": {
          "inventory": {
            "env": "INVENTORY_URL",
          },
        },
        "env": {
          "INVENTORY_URL": "http://127.0.0.1:4000",
          "PORT": "3000",
        },
        "name": "checkout",
        "ready": {
          "http": "http://127.0.0.1:3000/health",
          "within": "10s",
        },
        "start": "node server.mjs",
      },
    }
  `);
  expect(experiment.scenarios[0]).toBe(CHAOS_SCENARIOS.high_latency);
});

const smallest = `name: x
targetSystem: { name: shop, start: [node, server.mjs] }
probes: [{ tcp: "127.0.0.1:3000" }]
scenarios: [network_partition]
`;

test('fills in defaults', () => {
  expect(parseExperiment(smallest, '/work/x.yaml')).toEqual({
    name: 'x',
    description: '',
    steadyStateHypothesis: '',
    targetSystem: { name: 'shop', start: ['node', 'server.mjs'], cwd: '/work' },
    probes: [{ name: '127.0.0.1:3000', tcp: '127.0.0.1:3000' }],
    scenarios: [CHAOS_SCENARIOS.network_partition],
    successCriteria: {},
    baseline: '5s',
    holdTime: '3s',
    maxRecoveryWait: '60s',
    parallel: false,
  });
});

test("sees the target's folder from the file's", () => {
  const cwd = (folder: string) => {
    const text = smallest.replace('name: shop', `name: shop, cwd: ${folder}`);
    return parseExperiment(text, '/work/experiments/x.yaml').targetSystem;
  };
  expect(cwd('../shop')).toMatchObject({ cwd: '/work/shop' });
  expect(cwd('/srv')).toMatchObject({ cwd: '/srv' });
});

test.each([
  ['http: "https://user:secret@shop.example:8443/a/b?token=x#y"', 'shop.example:8443/a/b'],
  ['http: "http://shop/"', 'shop'],
  ['tcp: "[::1]:5432"', '[::1]:5432'],
  ['command: "pg_isready   -h db"', 'pg_isready -h db'],
  ['command: [pg_isready, -h, db]', 'pg_isready -h db'],
  ['command: curl http://user:secret@shop', 'curl http://***@shop'],
])('a probe without a name is called by what it asks: %s', (asks, name) => {
  const text = smallest.replace('tcp: "127.0.0.1:3000"', asks);
  expect(parseExperiment(text, 'x.yaml').probes[0]?.name).toBe(name);
});

test('takes anchors, aliases and merged maps, and places mistakes in them where they are written', () => {
  const text = smallest
    .replace(
      'probes: [{ tcp: "127.0.0.1:3000" }]',
      'probes:\n  - &base { name: a, tcp: "a:1", every: 2s }\n  - { <<: *base, name: b }',
    )
    .replace(
      'scenarios: [network_partition]',
      'scenarios:\n  - use: high_latency\n    parameters: &slow { latencyMs: 5 }\n  - use: high_latency\n    parameters: *slow',
    );
  const { probes, scenarios } = parseExperiment(text, 'x.yaml');
  expect(probes).toEqual([
    { name: 'a', tcp: 'a:1', every: '2s' },
    { name: 'b', tcp: 'a:1', every: '2s' },
  ]);
  expect(scenarios.map(({ parameters }) => parameters)).toEqual([{ latencyMs: 5 }, { latencyMs: 5 }]);
  expect(
    refusal(text.replace('every: 2s', 'every: 2 s').replace('latencyMs: 5', 'latencyMs: -5')),
  ).toMatchInlineSnapshot(`
    "/work/shop.yaml has 4 mistakes:
      /work/shop.yaml:4:41 probes[0].every: expected seconds as a number, or a text with a unit such as "250ms", "90s", "5m", "1h", got "2 s"
      /work/shop.yaml:4:41 probes[1].every: expected seconds as a number, or a text with a unit such as "250ms", "90s", "5m", "1h", got "2 s"
      /work/shop.yaml:8:36 scenarios[0].parameters.latencyMs: expected milliseconds from 0 to 3600000: a number, or [min, max], got -5
      /work/shop.yaml:8:36 scenarios[1].parameters.latencyMs: expected milliseconds from 0 to 3600000: a number, or [min, max], got -5"
  `);
});

test('lists every mistake at once, each with its place and what to write instead', () => {
  expect(
    refusal(`nam: x
targetSystem:
  name: checkout
  start: node a | b
  env: { PORT: 3000, "A B": x }
  ready: { within: 10 }
  dependencies:
    inventory: { env: INVENTORY_URL }
    db: { address: "1:2" }
    cache: {}
probes:
  - http: ftp://user:secret@127.0.0.1
    evry: 2
    timeout: 0
  - name: b
    tcp: 1:99999
    http: http://a
  - name: c
  - { name: c, command: "echo 'a", retries: 1.5 }
  - http://x
scenarios:
  - high_latncy
  - use: packet_loss
    targetComponents: [inventry]
    duration: 25h
    probability: 95
    parameters: { lossPercent: [30, 10], latencyMs: 5 }
  - use: network_partition
    severity: 0
    parameters: { mode: refuse, direction: to-target, x: 1 }
  - use: foo
  - parameters: {}
  - 3
  - use: random_exceptions
    parameters: { when: true, exceptionTypes: ECONNRESET }
  - use: slow_method
    parameters: { delayMs: { distribution: normal, meanMs: -1 } }
duration: -5s
baseline: 5 s
holdTime: 2m
successCriteria: { maxResponseMs: "1000", p95ResponseMs: 5, responseTimeMs: 5, passRate: 95, maxDowntime: [] }
seed: 4.2
abortWhen: {}
abortWhen: { consecutiveFailures: 0 }
parallel: yes
`),
  ).toMatchInlineSnapshot(`
    "/work/shop.yaml has 44 mistakes:
      /work/shop.yaml:1:1 name: missing, expected text
      /work/shop.yaml:1:1 nam: unknown key "nam"
        did you mean "name"?
      /work/shop.yaml:4:10 targetSystem.start: expected a plain command, got shell syntax "|" at character 8: node a | b
        set \`shell: true\` on a target or use ["sh", "-c", "…"]; to pass it on as text, put it in single quotes
      /work/shop.yaml:5:16 targetSystem.env.PORT: expected text, got 3000
        put it in quotes: "3000"
      /work/shop.yaml:5:22 targetSystem.env["A B"]: expected the name of an environment variable, got "A B"
      /work/shop.yaml:6:10 targetSystem.ready: expected exactly one of http, tcp, got none
      /work/shop.yaml:9:9 targetSystem.dependencies.db.listen: missing, expected text
      /work/shop.yaml:10:12 targetSystem.dependencies.cache: expected exactly one of env, address, got an empty object
      /work/shop.yaml:12:11 probes[0].http: expected a URL that begins with http:// or https://, got "ftp://***@127.0.0.1"
      /work/shop.yaml:13:5 probes[0].evry: unknown key "evry"
        did you mean "every"?
      /work/shop.yaml:14:14 probes[0].timeout: expected more than 0 and at most 24 hours, got 0
      /work/shop.yaml:15:5 probes[1]: expected exactly one of http, tcp, command, got an object with name, tcp, http
      /work/shop.yaml:18:5 probes[2]: expected exactly one of http, tcp, command, got an object with name
      /work/shop.yaml:19:13 probes[3].name: expected a name of its own, got "c", which probes[2] has
        give each probe another \`name\`
      /work/shop.yaml:19:25 probes[3].command: expected a closing ' for the quote at character 6, got the end of the command: echo 'a
        close the quote, or give the command as a list of arguments
      /work/shop.yaml:19:45 probes[3].retries: expected a whole number from 0 to 100, got 1.5
      /work/shop.yaml:20:5 probes[4]: expected an object with one of http, tcp, command, got "http://x"
      /work/shop.yaml:22:5 scenarios[0]: expected a scenario of the catalogue (\`chaosx scenarios\` lists them), got "high_latncy"
        did you mean "high_latency"?
      /work/shop.yaml:24:24 scenarios[1].targetComponents[0]: expected a dependency of the target (declared: inventory, db, cache), got "inventry"
        did you mean "inventory"?
      /work/shop.yaml:25:15 scenarios[1].duration: expected more than 0 and at most 24 hours, got "25h"
      /work/shop.yaml:26:18 scenarios[1].probability: expected a share from 0 to 1 (5 % is 0.05), got 95
      /work/shop.yaml:27:32 scenarios[1].parameters.lossPercent: expected [min, max] with the smaller number first, got [30, 10]
      /work/shop.yaml:27:42 scenarios[1].parameters.latencyMs: unknown key "latencyMs"
        known here: lossPercent; latencyMs is a parameter of high_latency
      /work/shop.yaml:29:15 scenarios[2].severity: expected a whole number from 1 to 5, got 0
      /work/shop.yaml:30:44 scenarios[2].parameters.direction: expected both, because of mode refuse, got "to-target"
        a refused connection has no direction; use mode drop to cut one way
      /work/shop.yaml:30:55 scenarios[2].parameters.x: unknown key "x"
        known here: mode, direction, peers
      /work/shop.yaml:31:10 scenarios[3].use: expected a scenario of the catalogue (\`chaosx scenarios\` lists them), got "foo"
      /work/shop.yaml:32:5 scenarios[4].use: missing, expected a scenario of the catalogue (\`chaosx scenarios\` lists them)
      /work/shop.yaml:33:5 scenarios[5]: expected a scenario of the catalogue (\`chaosx scenarios\` lists them), or { use: its id, and what is to differ }, got 3
      /work/shop.yaml:35:19 scenarios[6].parameters.when: unknown key "when"
        \`when\` is a function: in the API only, a file holds no code
      /work/shop.yaml:35:47 scenarios[6].parameters.exceptionTypes: expected a list, got "ECONNRESET"
      /work/shop.yaml:37:28 scenarios[7].parameters.delayMs.standardDeviationMs: missing, expected milliseconds from 0 to 3600000
      /work/shop.yaml:37:60 scenarios[7].parameters.delayMs.meanMs: expected milliseconds above 0 and at most 3600000, got -1
      /work/shop.yaml:38:11 duration: expected seconds as a number, or a text with a unit such as "250ms", "90s", "5m", "1h", got "-5s"
      /work/shop.yaml:39:11 baseline: expected seconds as a number, or a text with a unit such as "250ms", "90s", "5m", "1h", got "5 s"
      /work/shop.yaml:40:11 holdTime: expected a holdTime of at most maxRecoveryWait (1 min), got 2 min: nothing could ever count as recovered
      /work/shop.yaml:41:35 successCriteria.maxResponseMs: expected a number of milliseconds above 0, got "1000"
        write it without quotes: 1000
      /work/shop.yaml:41:58 successCriteria.p95ResponseMs: expected one of responseTimeMs and p95ResponseMs, which mean the same, got both
        remove one of them
      /work/shop.yaml:41:90 successCriteria.passRate: expected a share from 0 to 1 (5 % is 0.05), got 95
      /work/shop.yaml:41:107 successCriteria.maxDowntime: expected seconds as a number, or a text with a unit such as "250ms", "90s", "5m", "1h", got an empty list
      /work/shop.yaml:42:7 seed: expected a whole number, got 4.2
      /work/shop.yaml:44:1 this key is given twice
        remove one of the two
      /work/shop.yaml:44:35 abortWhen.consecutiveFailures: expected a whole number of at least 1, got 0
      /work/shop.yaml:45:11 parallel: expected true or false, got "yes""
  `);
});

test.each([
  ['nothing', ''],
  ['only a comment', '# later\n'],
  ['a list', '- a\n'],
  ['plain text', 'hello'],
  ['a tab', 'name: a\n\tb: 1'],
  ['a map that does not end', 'name: {'],
  ['a quote that does not end', 'name: "x'],
  ['two documents', `${smallest}---\n${smallest}`],
  ['a tag', 'name: !js/function x'],
  ['an alias to nothing', 'name: *x'],
  ['an alias to itself', 'name: &a [*a]'],
  [
    'aliases that multiply',
    `a: &a [${'x,'.repeat(99)}]\nb: &b [${'*a,'.repeat(99)}]\nc: [${'*b,'.repeat(99)}]`,
  ],
  ['a key that is a list', `${smallest}? [a]\n: 1`],
  ['a key that is a prototype', `${smallest}__proto__: { parallel: true }`],
  ['a target by name', smallest.replace(/targetSystem: .*/, 'targetSystem: shop')],
  [
    'nothing where lists are needed',
    smallest.replace(/probes: .*/, 'probes: []').replace(/scenarios: .*/, 'scenarios:'),
  ],
  ['a function as probe', smallest.replace(/probes: .*/, 'probes: [{ name: a, check: "() => true" }]')],
  [
    'a component without dependencies',
    smallest.replace('[network_partition]', '[{ use: high_latency, targetComponents: [db] }]'),
  ],
  [
    'a scenario without time',
    smallest.replace('[network_partition]', '[high_latency, packet_loss, cpu_spike]\nduration: 60s'),
  ],
  ['a hold longer than the wait', `${smallest}maxRecoveryWait: 2s\n`],
  ['a shell and a list', smallest.replace('name: shop', 'name: shop, shell: true')],
])('refuses %s', (_what, text) => {
  expect(refusal(text)).toMatchSnapshot();
});

test('together, scenarios all have time', () => {
  const text = smallest.replace(
    '[network_partition]',
    '[high_latency, packet_loss, cpu_spike]\nduration: 20s\nparallel: true',
  );
  expect(parseExperiment(text, 'x.yaml').scenarios).toHaveLength(3);
});

test('gives the mistakes as data too, in the order of the file', () => {
  const error = refused(`${smallest}seed: x\nparallell: true\n`);
  expect(problemsIn(error)).toEqual([
    { path: ['seed'], at: 'value', message: 'expected a whole number, got "x"', line: 5, column: 7 },
    {
      path: ['parallell'],
      at: 'key',
      message: 'unknown key "parallell"',
      hint: 'did you mean "parallel"?',
      line: 6,
      column: 1,
    },
  ]);
});

function withTarget(target: string): string {
  return `name: Attached
targetSystem: ${target}
probes: [{ http: "http://127.0.0.1:3000/" }]
scenarios: [high_latency]
`;
}

test.each([{ pid: 4711 }, { port: 3000 }, { command: 'node server.mjs', trustSignal: true }])(
  'reads a target that runs already: %j',
  (which) => {
    const target = { name: 'shop', ...which };
    expect(parseExperiment(withTarget(JSON.stringify(target)), '/work/shop.yaml').targetSystem).toEqual(
      target,
    );
  },
);

test.each([
  [
    '{ name: shop, pid: 0 }',
    '2:34 targetSystem.pid: expected the pid of a process, a whole number above 0, got 0',
  ],
  [
    '{ name: shop, pid: "12" }',
    '2:34 targetSystem.pid: expected the pid of a process, a whole number above 0, got "12"',
  ],
  ['{ name: shop, port: 99999 }', '2:35 targetSystem.port: expected a port from 1 to 65535, got 99999'],
  ['{ name: shop, command: "" }', '2:29 targetSystem.command: expected text that is not empty, got ""'],
  [
    '{ name: shop, pid: 12, port: 80 }',
    '2:44 targetSystem.port: expected exactly one of pid, port, command, got pid and port',
  ],
  [
    '{ name: shop, port: 80, dependencies: {} }',
    '2:39 targetSystem.dependencies: unknown key "dependencies"',
  ],
])('refuses a target that runs already as %s', (target, problem) => {
  expect(refusal(withTarget(target))).toContain(problem);
});
