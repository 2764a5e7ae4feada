import { InvalidArgumentError } from 'commander';
import { comparedKinds, defaultMargins } from '../judge/comparison/compared-kinds.js';
import { type ComparedName, comparedNames, type Margins } from '../model/comparison.js';
import { isDuration, toMs } from '../model/duration.js';

/**
 * Adds one `--margin NAME=AMOUNT` to those before it. The amount of a share is in percent, and means points; of a time it
 * is a duration, or a percentage of what the base has.
 */
export function marginsOf(text: string, before: Margins | undefined): Margins {
  const margins = before ?? defaultMargins;
  const [given = '', amount = ''] = text.split('=', 2);
  const name = comparedNames.find((each) => each === given);
  if (name === undefined) {
    throw new InvalidArgumentError(
      `expected NAME=AMOUNT with a name of ${comparedNames.join(', ')}, got ${text}`,
    );
  }
  return { ...margins, [name]: { ...margins[name], ...changed(name, amount) } };
}

function changed(
  name: ComparedName,
  amount: string,
): { readonly share: number } | { readonly floor: number } {
  const { unit } = comparedKinds[name];
  const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(amount) ?? [];
  if (percent !== undefined) {
    const share = Number(percent) / 100;
    return unit === 'share' ? { floor: share } : { share };
  }
  if (unit !== 'share' && isDuration(amount)) return { floor: toMs(amount) / (unit === 's' ? 1_000 : 1) };
  const expected =
    unit === 'share' ? 'a percentage like 2%' : 'a duration like 50ms, or a percentage like 20%';
  throw new InvalidArgumentError(`expected ${expected} for ${name}, got ${JSON.stringify(amount)}`);
}
