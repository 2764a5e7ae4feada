import fc from 'fast-check';

interface Range {
  readonly least: number;
  readonly most: number;
}

const number = ({ least, most }: Range) => fc.integer({ min: least, max: most }).map(String);
const range = ({ least, most }: Range) =>
  fc
    .tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }))
    .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
const step = ({ most }: Range) => fc.integer({ min: 1, max: most });

/** One field, by any way to write it. */
function field(of: Range) {
  const stepped = fc.tuple(range(of), step(of)).map(([text, by]) => `${text}/${by}`);
  const list = fc
    .array(fc.oneof(number(of), range(of), stepped), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join(','));
  return fc.oneof(
    fc.constant('*'),
    step(of).map((by) => `*/${by}`),
    list,
  );
}

/** Weekdays are like the others, but mean the same by name and as 7. */
const weekday = fc.oneof(
  field({ least: 0, most: 6 }),
  fc.constantFrom('mon-fri', 'SUN', 'tue,thu', '7', '5-7', '0,7'),
);

/** Any cron expression that chaosx takes. */
export const anyCron = fc
  .tuple(
    field({ least: 0, most: 59 }),
    field({ least: 0, most: 23 }),
    // Each month has them, so that each expression comes.
    field({ least: 1, most: 28 }),
    field({ least: 1, most: 12 }),
    weekday,
  )
  .filter(
    ([, , day, , week]) => day === '*' || week === '*' || (!day.startsWith('*') && !week.startsWith('*')),
  )
  .map((fields) => fields.join(' '));
