import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
  lstatSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { crontabBlock } from '../src/campaign/schedule/crontab-block.js';
import type { DailyJob } from '../src/campaign/schedule/daily-job.js';
import { githubWorkflow } from '../src/campaign/schedule/github-workflow.js';
import { kubernetesCronJob } from '../src/campaign/schedule/kubernetes-cron-job.js';
import { mergeCrontab } from '../src/campaign/schedule/merge-crontab.js';
import { parseCron } from '../src/campaign/schedule/parse-cron.js';
import { shellQuoted } from '../src/campaign/schedule/shell-quoted.js';
import { systemdUnits } from '../src/campaign/schedule/systemd-units.js';
import { CliFolder } from './cli-process.js';

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
const hasCrontab = spawnSync('crontab', ['-h']).error === undefined;

/** The crontab of this user, or null. */
function listCrontab(): string | null {
  const { status, stdout } = spawnSync('crontab', ['-l'], { encoding: 'utf8' });
  return status === 0 ? stdout : null;
}

test.skipIf(process.env['CI'] === undefined)('CI has a real cron to install into', () => {
  expect(hasCrontab).toBe(true);
});

const experiment = `name: Shop
targetSystem: { name: shop, start: node server.mjs, ready: { tcp: "127.0.0.1:3000" }, dependencies: { stock: { env: STOCK } }, env: { STOCK: "http://127.0.0.1:4000" } }
probes: [{ name: shop, http: "http://127.0.0.1:3000/" }]
scenarios: [high_latency]
`;

/** A folder with a valid experiment, and a home of its own. */
class Project extends CliFolder {
  constructor() {
    super();
    mkdirSync(join(this.path, 'experiments'));
    writeFileSync(join(this.path, 'experiments', 'shop.yaml'), experiment);
  }

  schedule(...args: readonly string[]) {
    return this.run('schedule', '--cron', '30 2 1,15 * mon-fri', ...args);
  }

  read(path: string): string {
    return readFileSync(join(this.path, path), 'utf8');
  }
}

/** The last path that was said to be written, relative to the project's folder. */
function written(stdout: string, start: string): string {
  const last = stdout.lastIndexOf('created: ');
  const at = stdout.indexOf(start, last);
  expect({ stdout, at }).toEqual({ stdout, at: Math.max(at, last) });
  return stdout.slice(at, stdout.indexOf('\n', at));
}

const job: DailyJob = {
  schedule: parseCron('30 2 * * 1-5'),
  timeZone: null,
  folder: 'experiments',
  directory: '/srv/shop',
  program: ['/opt/node/bin/node', '/srv/shop/node_modules/@testagentx/chaos/dist/cli/main.js'],
  count: null,
};
/** As far as names of folders go. */
const strange: DailyJob = {
  ...job,
  folder: `it's 100% "mine" $HOME \\o/ #1`,
  directory: '/srv/two words %h',
  count: 5,
};

describe('what is written', () => {
  test.each([
    ['plain', job],
    ['strange', strange],
  ])('for cron and systemd, %s', (_, each) => {
    expect(crontabBlock(each).text).toMatchSnapshot('crontab');
    const { name, service, timer } = systemdUnits(each);
    expect(`# ${name}\n${service}\n${timer}`).toMatchSnapshot('units');
  });

  test('for GitHub', () => {
    const text = githubWorkflow({ ...job, timeZone: 'UTC' }, 0);
    expect(text).toMatchSnapshot();
    const [document] = parseAllDocuments(text);
    expect(document?.errors).toEqual([]);
    expect(document?.toJS()).toMatchObject({
      on: { schedule: [{ cron: '30 2 * * 1-5' }] },
      jobs: {
        daily: { steps: expect.arrayContaining([{ run: 'npx --no -- chaosx daily experiments --tz UTC' }]) },
      },
    });
  });

  test('for Kubernetes', () => {
    const text = kubernetesCronJob(
      { ...strange, timeZone: 'Europe/Berlin', schedule: parseCron('0 2 * * 5-7') },
      'registry.example/shop-chaos:1',
    );
    expect(text).toMatchSnapshot();
    const documents = parseAllDocuments(text);
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
    const [claim, cronJob] = documents.map((document) => document.toJS() as Record<string, unknown>);
    expect([claim?.['kind'], cronJob?.['kind']]).toEqual(['PersistentVolumeClaim', 'CronJob']);
    expect(cronJob).toMatchObject({
      spec: { schedule: '0 2 * * 0,5,6', timeZone: 'Europe/Berlin', concurrencyPolicy: 'Forbid' },
    });
    expect(JSON.stringify(cronJob)).toContain(JSON.stringify(strange.folder));
  });

  test('a word is one word to a real shell, whatever is in it', () => {
    const word = fc.string({ unit: 'binary' }).filter((text) => !/[\0\uD800-\uDFFF]/.test(text));
    fc.assert(
      fc.property(word, (text) => {
        const { stdout } = spawnSync('sh', ['-c', `printf %s ${shellQuoted(text)}`], { encoding: 'utf8' });
        expect(stdout).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  test.skipIf(!hasSystemd)('systemd finds nothing wrong with its units', () => {
    using project = new Project();
    for (const each of [job, strange]) {
      const { name, service, timer } = systemdUnits({
        ...each,
        directory: '/tmp',
        program: [process.execPath, each.program[1]],
      });
      writeFileSync(join(project.path, `${name}.service`), service);
      writeFileSync(join(project.path, `${name}.timer`), timer);
      const paths = ['service', 'timer'].map((ending) => join(project.path, `${name}.${ending}`));
      const { status, stderr } = spawnSync('systemd-analyze', ['--user', 'verify', ...paths], {
        encoding: 'utf8',
        env: { ...process.env, XDG_RUNTIME_DIR: project.path, HOME: project.path },
      });
      const aboutThem = stderr.split('\n').filter((line) => line.includes(name));
      expect({ status, aboutThem }).toEqual({ status: 0, aboutThem: [] });
    }
  });
});

describe('a crontab', () => {
  const block = crontabBlock(job);

  test('keeps all lines of others, and takes its own once', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.boolean(), (lines, endsWithBreak) => {
        const existing = lines.join('\n') + (endsWithBreak ? '\n' : '');
        const merged = mergeCrontab(existing, block);
        expect(merged.startsWith(existing)).toBe(true);
        expect(mergeCrontab(merged, block)).toBe(merged);
        const later = crontabBlock({ ...job, schedule: parseCron('0 5 * * *') });
        expect(mergeCrontab(merged, later)).toBe(merged.replace(block.text, () => later.text));
      }),
    );
  });

  test('stays as it is when a block of ours lost its end', () => {
    expect(() => mergeCrontab(`${block.begin}\n0 0 * * * mine\n`, block)).toThrow('expected the line "# <<<');
  });
});

describe('chaosx schedule', () => {
  test.each([['schedule'], ['daily']])('chaosx %s --help', async (command) => {
    using project = new Project();
    expect((await project.run(command, '--help')).stdout).toMatchSnapshot('help');
  });

  test('prints, and writes nothing', async () => {
    using project = new Project();
    for (const as of ['crontab', 'systemd', 'github']) {
      const { code, stdout, stderr } = await project.schedule('--as', as);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(
        as === 'systemd' ? 'OnCalendar=Mon..Fri *-*-* 02:30:00' : '30 2 1,15 * mon-fri',
      );
    }
    expect(readdirSync(project.path).toSorted()).toEqual(['experiments', 'state', 'tmp']);
  });

  test.each([
    ['systemd', 'units', 'units/chaosx-daily-experiments-'],
    ['github', '', '.github/workflows/chaos.yml'],
    ['kubernetes', '', 'chaos-cronjob.yaml'],
  ])('installs for %s, again, anew, and never over what is not its own', async (as, out, start) => {
    using project = new Project();
    const args = ['--as', as, '--install', ...(out === '' ? [] : ['--out', out]), '--image', 'shop:1'];
    const first = await project.schedule(...args);
    expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(/^created: /m);
    expect(first.stdout).toContain('next: ');
    const path = written(first.stdout, start);
    const text = project.read(path);
    expect((await project.schedule(...args)).stdout).toMatch(/^unchanged: /m);
    const anew = await project.run('schedule', '--cron', '0 5 * * *', ...args);
    expect(anew.stdout).toMatch(/^updated: /m);
    expect(project.read(path)).not.toBe(text);
    const foreign = '# of somebody else\n';
    writeFileSync(join(project.path, path), foreign);
    const refused = await project.schedule(...args);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('is there already, and chaosx did not write it');
    expect(project.read(path)).toBe(foreign);
  });

  test('a link to a file stays a link', async () => {
    using project = new Project();
    await project.schedule('--as', 'github', '--install', '--out', 'real.yml');
    symlinkSync('real.yml', join(project.path, 'link.yml'));
    const { code } = await project.run(
      'schedule',
      '--cron',
      '0 5 * * *',
      '--as',
      'github',
      '--install',
      '--out',
      'link.yml',
    );
    expect(code).toBe(0);
    expect(lstatSync(join(project.path, 'link.yml')).isSymbolicLink()).toBe(true);
    expect(project.read('real.yml')).toContain('0 5 * * *');
  });

  test.each([
    [['--as', 'kubernetes']],
    [['--as', 'github', '--tz', 'Mars/Olympus']],
    [['--as', 'crontab', '--install', '--out', 'x']],
    [['--as', 'systemd', '--out', 'x']],
    [['--as', 'github', '--folder', '../elsewhere']],
    [['--as', 'github', '--install', '--folder', 'nowhere']],
    [['--count', '0']],
  ])('refuses %j', async (args) => {
    using project = new Project();
    const { code, stdout, stderr } = await project.schedule(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatchSnapshot('refusal');
    expect(existsSync(join(project.path, '.github'))).toBe(false);
  });

  test('a zone with a changing clock has no one time in UTC', async () => {
    using project = new Project();
    const { code, stderr } = await project.schedule('--as', 'github', '--tz', 'Europe/Berlin');
    expect(code).toBe(2);
    expect(stderr).toContain('GitHub Actions starts workflows by UTC, got --tz Europe/Berlin');
    expect(stderr).toMatch(/0[01]:30 UTC, and half a year later at .* 0[01]:30 UTC/);
  });

  test('does not install what could not run', async () => {
    using project = new Project();
    writeFileSync(join(project.path, 'experiments', 'bad.yaml'), 'name: Bad\n');
    const { code, stderr } = await project.schedule('--as', 'github', '--install');
    expect(code).toBe(2);
    expect(stderr).toContain('bad.yaml');
    expect(existsSync(join(project.path, '.github'))).toBe(false);
  });

  // A person's own crontab is not played with.
  const isFree = hasCrontab && (process.env['CI'] !== undefined || listCrontab() === null);

  test.skipIf(!isFree)('installs into a real crontab, and keeps the one before', async () => {
    const before = listCrontab();
    using project = new Project();
    try {
      // Far from any night on which this is run.
      const mine = '# mine\n0 0 29 2 * true 100\\%\n';
      spawnSync('crontab', ['-'], { input: mine });
      const first = await project.schedule('--install');
      expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' });
      expect(listCrontab()?.startsWith(mine)).toBe(true);
      expect(listCrontab()).toContain(`daily experiments\n# <<< chaosx daily ${project.path}/experiments\n`);
      const [, backup = ''] = /^the crontab before: (.+)$/m.exec(first.stdout) ?? [];
      expect(readFileSync(backup, 'utf8')).toBe(mine);
      expect(dirname(backup)).toBe(join(project.path, 'state', 'crontabs'));
      const installed = listCrontab();
      expect((await project.schedule('--install')).stdout).toMatch(/^unchanged: /);
      expect(listCrontab()).toBe(installed);
    } finally {
      spawnSync('crontab', before === null ? ['-r'] : ['-'], { input: before ?? '' });
    }
    expect(listCrontab()).toBe(before);
  });

  test('the line that cron would run does run, out of any folder and with next to no environment', async () => {
    using project = new Project();
    const name = strange.folder.replace('/', '');
    mkdirSync(join(project.path, name));
    writeFileSync(join(project.path, name, 'bad.yaml'), 'name: Bad\n');
    const { stdout } = await project.schedule('--folder', name);
    const line = stdout.split('\n').find((each) => each.startsWith('30 2')) ?? '';
    // As cron does: the sixth field on, `\%` for `%`.
    const command = line.split(' ').slice(5).join(' ').replaceAll('\\%', '%');
    const { status, stderr } = spawnSync('/bin/sh', ['-c', command], {
      cwd: '/',
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', HOME: project.path },
    });
    expect({ status, stderr }).toEqual({ status: 2, stderr });
    expect(stderr).toContain(`${name}/bad.yaml:1:1 targetSystem: missing`);
  });
});
