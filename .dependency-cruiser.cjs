// The house (DESIGN.md, section 4): each room imports only from rooms on earlier lines.
const rooms = [
  'model',
  'scenarios',
  'interpose',
  'proxy',
  'undo',
  'judge',
  'store',
  'revisions',
  'spec',
  'agent',
  'probes',
  'report',
  'targets',
  'faults',
  'orchestrator',
  'campaign',
  'suite',
  'api',
  'cli',
];
const alone = ['scenarios', 'interpose', 'proxy', 'undo', 'judge', 'store'];
const only = (from, allowed) => ({
  name: `${from}-imports-only-${allowed.join('-and-')}`,
  severity: 'error',
  from: { path: `^src/${from}/`, pathNot: '\\.test\\.ts$' },
  to: {
    path: '^src/',
    pathNot: [`^src/${from}/`, '^src/package-file\\.ts$', ...allowed.map((room) => `^src/${room}/`)],
  },
});
const alsoAllowed = {
  spec: ['model', 'scenarios'],
  agent: ['model', 'interpose', 'proxy'],
  probes: ['model', 'interpose'],
  report: ['model', 'judge'],
  revisions: ['model', 'undo'],
  targets: ['model', 'undo', 'proxy', 'agent', 'probes', 'interpose'],
};
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '(index|main|watchdog)\\.ts$|\\.test\\.ts$|\\.d\\.ts$' },
      to: {},
    },
    ...alone.map((room) => only(room, ['model'])),
    ...Object.entries(alsoAllowed).map(([room, allowed]) => only(room, allowed)),
    ...rooms.slice(rooms.indexOf('faults')).map((room) => only(room, rooms.slice(0, rooms.indexOf(room)))),
    {
      name: 'model-imports-nothing',
      severity: 'error',
      from: { path: '^src/model/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/', pathNot: '^src/model/' },
    },
    {
      name: 'model-has-no-io',
      severity: 'error',
      from: { path: '^src/model/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(perf_hooks|timers)$' },
    },
    {
      name: 'zod-at-the-boundaries',
      comment:
        'Only schemas and what parses with them load zod; never what lives in a target, a proxy or the watchdog.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(model/schema|scenarios|spec|store)/', '\\.test\\.ts$'] },
      to: { path: 'node_modules/zod', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-imports-the-cli',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'production-code-needs-production-packages',
      severity: 'error',
      // draw-svg.ts is bundled with echarts inside, parse-module.ts with acorn (scripts/build.mjs).
      from: {
        path: '^src/',
        pathNot: [
          '\\.test\\.ts$',
          '^src/testing/',
          '^src/report/charts/draw-svg\\.ts$',
          '^src/agent/modules/parse-module\\.ts$',
        ],
      },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
