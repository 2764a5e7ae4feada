import { ChaosError } from '../../model/chaos-error.js';
import { faultFrom, headerTexts } from './fault-fields.js';
import { Fields, FieldError, given, wrong } from './fields.js';
import type { HttpMatch, HttpRule } from './http-rule.js';

const mostMs = 2 ** 31 - 1;
const method = /^[!#$%&'*+\-.^_`|~0-9A-Z]+$/;
const shortText = /^[^]{1,1000}$/;

/**
 * A rule from outside.
 *
 * @param where - its place, for what is wrong with it
 * @throws FieldError
 */
export function ruleFrom(value: unknown, where: string): HttpRule {
  const fields = new Fields(value, where);
  const faultFields = fields.object('fault');
  if (faultFields === undefined) throw wrong(fields.at('fault'), 'an object', undefined);
  const match = fields.object('match');
  const rule = given<HttpRule>({
    name: fields.text('name', /^[^/]{1,200}$/, 'a string of 1 to 200 characters without /'),
    match: match === undefined ? undefined : matchFrom(match),
    fault: faultFrom(faultFields),
    probability: fields.number('probability', { to: 1 }),
    afterN: fields.number('afterN', { isWhole: true }),
    firstN: fields.number('firstN', { from: 1, isWhole: true }),
    everyNth: fields.number('everyNth', { from: 1, isWhole: true }),
    atMost: fields.number('atMost', { from: 1, isWhole: true }),
    durationMs: fields.number('durationMs', { from: 1, to: mostMs }),
    rampMs: fields.number('rampMs', { from: 1, to: mostMs }),
  });
  fields.done();
  return rule;
}

/** All rules of a list. @throws FieldError, also when two have one name */
export function rulesFrom(value: unknown, where: string): readonly HttpRule[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw wrong(where, 'an array of rules', value);
  const names = new Set<string>();
  return value.map((each: unknown, index) => {
    const rule = ruleFrom(each, `${where}[${index}]`);
    if (rule.name !== undefined && names.has(rule.name)) {
      throw new FieldError(
        `${where}[${index}].name: there is another rule of the name ${JSON.stringify(rule.name)}`,
      );
    }
    if (rule.name !== undefined) names.add(rule.name);
    return rule;
  });
}

/** A rule given in code. @throws ChaosError INVALID_INPUT */
export function checkedRule(rule: HttpRule): HttpRule {
  try {
    return ruleFrom(rule, 'rule');
  } catch (cause) {
    throw new ChaosError('INVALID_INPUT', (cause as Error).message, { cause });
  }
}

function matchFrom(fields: Fields): HttpMatch {
  const methods = fields.raw('method');
  for (const each of [methods ?? []].flat() as unknown[]) {
    if (typeof each === 'string' && method.test(each)) continue;
    throw wrong(fields.at('method'), 'a method in capital letters, or an array of them', methods);
  }
  const glob = (name: string) => fields.text(name, shortText, 'a string of 1 to 1000 characters');
  const match = given<HttpMatch>({
    method: methods as string | readonly string[] | undefined,
    path: glob('path'),
    query: fields.text('query', /^[^]{0,1000}$/, 'a string of at most 1000 characters'),
    header: headerTexts(fields, 'header'),
    host: glob('host'),
  });
  fields.done();
  if (match.path !== undefined && !/^[/*]/.test(match.path)) {
    throw wrong(fields.at('path'), 'a path that begins with / or *', match.path);
  }
  return match;
}
