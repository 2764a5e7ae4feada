import { isAbsolute, relative } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { TestOutcome } from '../model/suite.js';
import { type ReportedTest, type TestReport, testId, withUniqueIds } from './reported-test.js';

/** An element: attributes begin with `@`, text is `#text`, and these children are lists. */
type Element = Readonly<Record<string, unknown>>;
const lists = ['testsuites', 'testsuite', 'testcase', 'failure', 'error', 'skipped'];

/**
 * Reads JUnit XML, as Vitest, jest-junit, node:test, pytest and others write it.
 *
 * @param root - the folder that files of tests are named from
 * @throws Error that says why it cannot be read
 */
export function readJUnit(text: string, root: string): TestReport {
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new Error(`${valid.err.msg} (line ${valid.err.line})`);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseAttributeValue: false,
    parseTagValue: false,
    isArray: (name) => lists.includes(name),
  });
  const document = parser.parse(text) as Element;
  if (!('testsuites' in document) && !('testsuite' in document))
    throw new Error('expected the element testsuites or testsuite, there is neither');
  const tests = [...elements(document, 'testsuites'), document].flatMap((outer) => testsIn(outer, [], root));
  return { tests: withUniqueIds(tests), incomplete: null };
}

/** Suites may be in suites. */
function testsIn(outer: Element, suites: readonly string[], root: string): readonly ReportedTest[] {
  const own = elements(outer, 'testcase').map((test) => testOf(test, suites, textOf(outer, '@file'), root));
  const inner = elements(outer, 'testsuite').flatMap((suite) =>
    testsIn(suite, [...suites, textOf(suite, '@name')], root),
  );
  return [...own, ...inner];
}

function testOf(test: Element, suites: readonly string[], fileOfSuite: string, root: string): ReportedTest {
  const name = textOf(test, '@name');
  const file = fromRoot(textOf(test, '@file') || fileOfSuite, root);
  const classname = textOf(test, '@classname');
  // node:test says `test` of all; jest-junit says the name once more.
  const place = classname === 'test' || classname === name ? '' : fromRoot(classname, root);
  const named = suites.map((suite) => fromRoot(suite, root)).filter((suite) => suite !== 'pytest');
  const outcome = outcomeOf(test);
  const seconds = Number(textOf(test, '@time'));
  return {
    id: testId([file, ...named.filter((suite) => suite !== file), named.includes(place) ? '' : place, name]),
    outcome,
    durationMs: textOf(test, '@time') === '' || Number.isNaN(seconds) ? null : seconds * 1_000,
    failure: outcome === 'failed' ? failureOf(test) : '',
  };
}

function outcomeOf(test: Element): TestOutcome {
  if ('failure' in test || 'error' in test) return 'failed';
  return 'skipped' in test ? 'skipped' : 'passed';
}

function failureOf(test: Element): string {
  return ['failure', 'error']
    .flatMap((kind) => (Array.isArray(test[kind]) ? (test[kind] as unknown[]) : []))
    .map((problem) => {
      if (typeof problem === 'string') return problem;
      const [message, text] = [textOf(problem as Element, '@message'), textOf(problem as Element, '#text')];
      return text.includes(message) ? text : `${message}\n${text}`;
    })
    .join('\n')
    .trim();
}

function elements(of: Element, name: string): readonly Element[] {
  const found = of[name];
  if (!Array.isArray(found)) return [];
  return found.filter((each): each is Element => typeof each === 'object' && each !== null);
}

function textOf(of: Element, name: string): string {
  const value = of[name];
  return typeof value === 'string' ? value : '';
}

function fromRoot(path: string, root: string): string {
  return isAbsolute(path) ? relative(root, path) : path;
}
