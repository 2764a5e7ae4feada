import { expect, test } from 'vitest';
import { CHAOS_SCENARIOS } from '../../scenarios/chaos-scenarios.js';
import { parseExperiment } from '../../spec/parse-experiment.js';
import { describeScenario, listScenarios } from './scenarios.js';

const ids = Object.keys(CHAOS_SCENARIOS);

test('lists the catalogue', () => {
  expect(listScenarios({ json: false })).toMatchInlineSnapshot(`
    "id                 category     severity  what goes wrong
    bandwidth          network      3         The network is narrow: 32 KB a second pass on each connection.
    connection_rate    network      3         New connections are rationed: five a second, those beyond are refused.
    high_latency       network      3         The network answers late: 500 to 2000 ms are added to what passes.
    connection_reset   network      4         Connections are reset: three in ten, open ones and new ones.
    dns_failure        network      4         Names cannot be looked up: DNS is out of order.
    packet_loss        network      4         The network loses 10 to 30 percent of all packets.
    network_partition  network      5         The network splits: what is on the other side cannot be reached.
    cpu_quota          resource     3         The process gets less CPU time than it wants, as in a container with too small a limit.
    disk_slow          resource     3         The disk takes its time: each call on files 50 to 200 ms more.
    cpu_spike          resource     4         Something else takes the CPU: 80 to 100 percent of each core.
    fd_exhaustion      resource     4         The process has no file descriptors left: it can open no file and no connection.
    memory_leak        resource     4         Memory is consumed little by little, as by a leak.
    pid_limit          resource     4         The process can start no further process and no thread.
    process_kill       resource     4         The process is gone: killed in the middle of what it was doing.
    process_pause      resource     4         The process stands still: it is there, holds its connections, and does nothing.
    syscall_error      resource     4         The kernel says no: system calls of the process fail, as those of a broken disk do.
    disk_full          resource     5         A disk fills up to 95 percent.
    memory_limit       resource     5         The process may use little more memory than it has, as in a container with too small a limit.
    slow_method        application  2         Calls take longer: every second one waits 500 to 2000 ms first.
    http_error         application  3         HTTP requests get an error for an answer: one in ten, 503.
    null_injection     application  3         Calls return null: one in ten gives nothing back.
    random_exceptions  application  3         Calls throw: one in ten, with an error of your choice.
    short_read         application  3         Every second read of a file gives fewer bytes than it was asked for.
    race_condition     state        4         Races are triggered: what usually happens in one order happens in another.
    deadlock           state        5         Calls wait for each other for ever.
    state_corruption   state        5         Application state is corrupted: one value in ten is not what was stored.
    clock_drift        time         2         The clock runs too fast: ten percent faster than real time.
    time_skew          time         3         The clock is wrong: the target lives an hour ahead.
    "
  `);
});

test('lists what is asked for', () => {
  expect(listScenarios({ json: false, category: 'network', severity: '3-4' })).toMatchInlineSnapshot(`
    "id                category  severity  what goes wrong
    bandwidth         network   3         The network is narrow: 32 KB a second pass on each connection.
    connection_rate   network   3         New connections are rationed: five a second, those beyond are refused.
    high_latency      network   3         The network answers late: 500 to 2000 ms are added to what passes.
    connection_reset  network   4         Connections are reset: three in ten, open ones and new ones.
    dns_failure       network   4         Names cannot be looked up: DNS is out of order.
    packet_loss       network   4         The network loses 10 to 30 percent of all packets.
    "
  `);
  expect(listScenarios({ json: false, severity: '1' })).toBe('no scenario is like that\n');
});

test('lists as JSON', () => {
  expect(JSON.parse(listScenarios({ json: true, category: 'time', severity: '2' }))).toEqual([
    {
      id: 'clock_drift',
      scenarioType: 'CLOCK_DRIFT',
      category: 'time',
      description: 'The clock runs too fast: ten percent faster than real time.',
      severity: 2,
      duration: '30s',
      probability: 1,
      parameters: { rate: 1.1, clocks: ['wall', 'monotonic', 'timers'] },
    },
  ]);
});

test.each([
  [{ category: 'netwrok' }, { code: 'UNKNOWN_NAME', hint: 'did you mean "network"?' }],
  [
    { category: 'x' },
    { code: 'UNKNOWN_NAME', hint: 'there are network, resource, application, state, time' },
  ],
  [{ severity: 'high' }, { code: 'INVALID_INPUT', hint: 'give one, such as 4, or a range, such as 2-4' }],
  [{ severity: '4-2' }, { code: 'INVALID_INPUT' }],
  [{ severity: '6' }, { code: 'INVALID_INPUT' }],
])('refuses %j', (filter, error) => {
  expect(() => listScenarios({ json: false, ...filter })).toThrow(expect.objectContaining(error));
});

test('describes one in detail', () => {
  expect(
    describeScenario('high_latency', { json: false, backends: ['proxy', 'in-process'] }),
  ).toMatchInlineSnapshot(`
    "high_latency
    The network answers late: 500 to 2000 ms are added to what passes.

    type            NETWORK_LATENCY
    category        network
    severity        3 of 5
    what it does    Holds every piece of data on its way to the target back for a while; nothing is lost, and order is kept.
    how it shows    Slow answers, requests that pile up behind each other, pools that run dry, timeouts that were never tried.
    made by         proxy, in-process
    unless changed  active for 30 s, on all components, always triggered

    Parameters
      name       default      meaning
      latencyMs  [500, 2000]  Delay added on the way to the target, in ms: a number, or [min, max] drawn anew for each piece of data.

    In an experiment file
      scenarios:
        - use: high_latency
          duration: 20s
          parameters: {latencyMs: [300, 1200]}
    "
  `);
  expect(describeScenario('disk_full', { json: false, backends: [] })).toMatchInlineSnapshot(`
    "disk_full
    A disk fills up to 95 percent.

    type            DISK_FULL
    category        resource
    severity        5 of 5
    what it does    Takes the space of a file system by a file of its own until it is as full as asked, within a limit of bytes; or fails the writes of the target alone.
    how it shows    Writes that fail with ENOSPC, half-written files, logs and databases that stop the process.
    made by         nothing in this version yet
    unless changed  active for 30 s, on all components, always triggered

    Parameters
      name            default      meaning
      place           disk         What is full: the file system, for everybody; or, for the target alone, a Node process, whose writes fail with ENOSPC.
      path            -            A folder on the file system to fill; it has no default, so that nothing is filled by accident. For the target alone: where writes fail; without it, all do.
      fillPercent     95           Level to fill to, in percent of what programs may use, as df shows it.
      remainingBytes  -            Instead of a level: leave so many bytes free.
      maxBytes        10000000000  Never write more than this many bytes.
      allowRootFs     false        Allows the file system mounted at /.

    In an experiment file
      scenarios:
        - use: disk_full
          duration: 20s
          parameters: {path: /srv/checkout, fillPercent: 99}
    "
  `);
});

test('describes one as JSON', () => {
  expect(describeScenario('packet_loss', { json: true, backends: ['kernel'] })).toMatchInlineSnapshot(`
    "{
      "id": "packet_loss",
      "scenarioType": "PACKET_LOSS",
      "category": "network",
      "description": "The network loses 10 to 30 percent of all packets.",
      "severity": 4,
      "duration": "30s",
      "probability": 1,
      "parameters": [
        {
          "name": "lossPercent",
          "description": "Share of packets lost, in percent: a number, or [min, max].",
          "default": [
            10,
            30
          ],
          "inFiles": true
        }
      ],
      "effect": "Drops packets at random; connections stay, and what was lost is sent again.",
      "symptoms": "Answers that take seconds now and then, throughput that collapses, health checks that flap.",
      "backends": [
        "kernel"
      ]
    }
    "
  `);
});

test('asks what was meant', () => {
  expect(() => describeScenario('high-latancy', { json: false, backends: [] })).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_NAME', hint: 'did you mean "high_latency"?' }),
  );
});

test('is coloured only when asked', () => {
  const escape = '\u001B[1m';
  expect(listScenarios({ json: false, color: true })).toContain(`${escape}id`);
  expect(describeScenario('deadlock', { json: false, color: true, backends: [] })).toContain(
    `${escape}deadlock`,
  );
  expect(
    listScenarios({ json: false }) + describeScenario('deadlock', { json: false, backends: [] }),
  ).not.toContain('\u001B');
});

test.each(ids)('the example of %s can be put into a file as it is', (id) => {
  const text = describeScenario(id, { json: false, backends: [] });
  const example = text.slice(text.indexOf('  scenarios:')).replaceAll(/^ {2}/gm, '');
  const head =
    'name: x\ntargetSystem: { name: shop, start: node server.mjs }\nprobes: [{ tcp: "localhost:1" }]\n';
  const [scenario] = parseExperiment(head + example, 'x.yaml').scenarios;
  expect(scenario).toMatchObject({ name: id, duration: '20s' });
  expect(scenario?.parameters).not.toEqual(
    Object.values(CHAOS_SCENARIOS).find(({ name }) => name === id)?.parameters,
  );
});
