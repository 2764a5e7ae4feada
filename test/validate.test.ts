import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { validateFiles } from '../src/cli/commands/validate.js';
import { readExperimentFile } from '../src/spec/read-experiment-file.js';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chaosx-validate-'));
  await mkdir(join(folder, 'folder.yaml'));
  await symlink('nowhere', join(folder, 'dangling.yaml'));
  const files = {
    'good.yaml': `name: Checkout survives a slow inventory
targetSystem:
  name: checkout
  start: node server.mjs
  dependencies: { inventory: { env: INVENTORY_URL }, cache: { address: "127.0.0.1:6379", listen: "127.0.0.1:6380" } }
steadyStateHypothesis: Checkout answers in under a second
probes:
  - { name: checkout, http: "http://user:secret@127.0.0.1:3000/checkout/42", every: 200ms }
  - tcp: 127.0.0.1:3000
scenarios:
  - high_latency
  - { use: network_partition, targetComponents: [cache], probability: 0.5 }
duration: 45s
successCriteria: { maxResponseMs: 1000 }
`,
    'together.yaml': `name: All at once
targetSystem: { name: shop, start: [node, server.mjs] }
probes: [{ command: [curl, -f, "http://127.0.0.1:3000"], every: 5s }]
scenarios: [high_latency, { use: packet_loss, duration: 10s }]
parallel: true
successCriteria: { maxDowntime: 10s, passRate: 0.9 }
seed: 42
`,
    'bad.yaml': 'name: x\nprobs: []\n',
    'latin1.yaml': Buffer.from([0x6e, 0x61, 0x6d, 0x65, 0x3a, 0x20, 0xe9]),
    'large.yaml': `# ${'x'.repeat(1_000_000)}`,
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
});

afterAll(() => rm(folder, { recursive: true }));

/** What validating files of the folder prints, with the folder's name left out. */
async function validated(names: readonly string[], json = false) {
  const paths = names.map((name) => join(folder, name));
  const { output, exitCode } = await validateFiles(paths, { json });
  return { output: output.replaceAll(folder, '/tests'), exitCode };
}

test('shows the plan of a valid file in short, with the criterion that is added and what is clipped', async () => {
  const { output, exitCode } = await validated(['good.yaml']);
  expect(exitCode).toBe(0);
  expect(output).toMatchInlineSnapshot(`
    "/tests/good.yaml is valid
      Checkout survives a slow inventory
      target      checkout, which depends on inventory, cache
      hypothesis  Checkout answers in under a second
      scenarios   high_latency for 30 s
                  network_partition on cache for 15 s (of 30 s: the experiment's duration ends it), with probability 0.5
      probes      checkout every 200 ms, 127.0.0.1:3000 every 1 s
      criteria    maxResponseMs 1000, maxErrorRate 0.05 (added: nothing else would notice failures)
      phases      baseline 5 s, hold 3 s, recovery at most 1 min
      seed        drawn at the start
    "
  `);
  expect((await validated(['together.yaml'])).output).toMatchInlineSnapshot(`
    "/tests/together.yaml is valid
      All at once
      target      shop
      scenarios   high_latency for 30 s, together with the others
                  packet_loss for 30 s, together with the others
      probes      curl -f http://127.0.0.1:3000 every 5 s
      criteria    maxDowntime 10s, passRate 0.9
      phases      baseline 5 s, hold 3 s, recovery at most 1 min
      seed        42
    "
  `);
});

test('shows every file, the wrong ones with all their mistakes', async () => {
  const { output, exitCode } = await validated(['bad.yaml', 'together.yaml', 'godo.yaml']);
  expect(exitCode).toBe(2);
  expect(output).toMatchInlineSnapshot(`
    "/tests/bad.yaml has 4 mistakes:
      /tests/bad.yaml:1:1 targetSystem: missing, expected how to start it, such as { name: shop, start: node server.mjs }, which process it is: { name: shop, port: 3000 }, or where it is: { name: db, address: 10.0.0.5:5432 }
      /tests/bad.yaml:1:1 probes: missing, expected a list of at least one probe
      /tests/bad.yaml:1:1 scenarios: missing, expected a list of at least one scenario
      /tests/bad.yaml:2:1 probs: unknown key "probs"
        did you mean "probes"?

    /tests/together.yaml is valid
      All at once
      target      shop
      scenarios   high_latency for 30 s, together with the others
                  packet_loss for 30 s, together with the others
      probes      curl -f http://127.0.0.1:3000 every 5 s
      criteria    maxDowntime 10s, passRate 0.9
      phases      baseline 5 s, hold 3 s, recovery at most 1 min
      seed        42

    /tests/godo.yaml: expected an experiment file, but there is no such file
        did you mean "good.yaml"?

    3 files, 2 with mistakes
    "
  `);
});

test('prints JSON', async () => {
  const { output, exitCode } = await validated(['good.yaml', 'bad.yaml', 'missing.yaml'], true);
  expect(exitCode).toBe(2);
  expect(JSON.parse(output)).toMatchInlineSnapshot(`
    {
      "files": [
        {
          "file": "/tests/good.yaml",
          "plan": {
            "criteria": {
              "maxErrorRate": 0.05,
              "maxResponseMs": 1000,
            },
            "criterionAdded": true,
            "name": "Checkout survives a slow inventory",
            "parallel": false,
            "probes": [
              {
                "everyMs": 200,
                "name": "checkout",
              },
              {
                "everyMs": 1000,
                "name": "127.0.0.1:3000",
              },
            ],
            "scenarios": [
              {
                "activeMs": 30000,
                "askedMs": 30000,
                "name": "high_latency",
                "probability": 1,
                "targetComponents": [],
              },
              {
                "activeMs": 15000,
                "askedMs": 30000,
                "name": "network_partition",
                "probability": 0.5,
                "targetComponents": [
                  "cache",
                ],
              },
            ],
            "seed": null,
            "target": "checkout",
          },
          "problems": [],
          "valid": true,
        },
        {
          "file": "/tests/bad.yaml",
          "plan": null,
          "problems": [
            {
              "column": 1,
              "hint": null,
              "line": 1,
              "message": "missing, expected how to start it, such as { name: shop, start: node server.mjs }, which process it is: { name: shop, port: 3000 }, or where it is: { name: db, address: 10.0.0.5:5432 }",
              "path": "targetSystem",
            },
            {
              "column": 1,
              "hint": null,
              "line": 1,
              "message": "missing, expected a list of at least one probe",
              "path": "probes",
            },
            {
              "column": 1,
              "hint": null,
              "line": 1,
              "message": "missing, expected a list of at least one scenario",
              "path": "scenarios",
            },
            {
              "column": 1,
              "hint": "did you mean "probes"?",
              "line": 2,
              "message": "unknown key "probs"",
              "path": "probs",
            },
          ],
          "valid": false,
        },
        {
          "file": "/tests/missing.yaml",
          "plan": null,
          "problems": [
            {
              "column": null,
              "hint": "look in /tests",
              "line": null,
              "message": "/tests/missing.yaml: expected an experiment file, but there is no such file",
              "path": "",
            },
          ],
          "valid": false,
        },
      ],
      "valid": false,
    }
  `);
});

test('is bold only when asked', async () => {
  const { output } = await validateFiles([join(folder, 'good.yaml')], { json: false, color: true });
  expect(output).toContain('\u001B[1mCheckout survives a slow inventory\u001B[22m');
  expect((await validated(['good.yaml'])).output).not.toContain('\u001B');
});

test.each([
  ['godo.yaml', 'but there is no such file', 'did you mean "good.yaml"?'],
  ['dangling.yaml', 'but there is no such file', 'look in /tests'],
  ['good.yaml/x.yaml', 'but there is no such file', 'look in /tests/good.yaml'],
  ['folder.yaml', 'got a folder', 'name the files in it'],
  ['large.yaml', 'got 1000002 bytes, more than 1000000', undefined],
  ['latin1.yaml', 'got bytes that are not UTF-8 text', undefined],
])('refuses to read %s: %s', async (name, why, hint) => {
  const error: unknown = await readExperimentFile(join(folder, name)).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: 'INVALID_INPUT',
    message: `${join(folder, name)}: expected an experiment file, ${why}`,
    hint: hint?.replace('/tests', folder),
  });
});

test("a target runs in its file's folder", async () => {
  const { targetSystem } = await readExperimentFile(join(folder, 'good.yaml'));
  expect(targetSystem).toMatchObject({ cwd: folder });
});
