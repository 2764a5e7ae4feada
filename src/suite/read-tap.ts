import { isAbsolute, relative } from 'node:path';
import { parse } from 'yaml';
import { type ReportedTest, type TestReport, testId, withUniqueIds } from './reported-test.js';

const version = /^\s*TAP version 1[34]\s*$/m;
const plan = /^(\s*)1\.\.(\d+)/;
const point = /^(\s*)(not )?ok\b(?:\s+\d+)?(?:\s+-)?\s*(.*)$/;
const blockStart = /^\s*---\s*$/;
const blockEnd = /^\s*\.\.\.\s*$/;
const directive = /(?<!\\)#\s*(skip|todo)\b.*$/i;
const depthOf = (indent: string) => Math.floor(indent.length / 4);

/** One test point, and what stands below it. */
interface Point {
  readonly name: string;
  readonly ok: boolean;
  readonly skipped: boolean;
  readonly children: readonly Point[];
  facts: Readonly<Record<string, unknown>>;
  text: string;
}

/** True when a text is, or has in it, the output of a TAP producer. */
export function isTap(text: string): boolean {
  return version.test(text);
}

/**
 * Reads TAP 13 and 14 out of the output of a command: subtests are indented by four, and all that is no TAP is passed over.
 *
 * @param root - the folder that files of tests are named from
 */
export function readTap(text: string, root: string): TestReport {
  const levels: Point[][] = [[]];
  let planned: number | null = null;
  let bailedOut: string | null = null;
  let block: string[] | null = null;
  let latest: Point | null = null;
  // Only right after a point may its diagnostics begin: programs print such lines, too.
  let mayBegin = false;
  for (const line of text.split(/\r?\n/)) {
    if (block !== null) {
      if (!blockEnd.test(line)) {
        block.push(line);
        continue;
      }
      if (latest !== null) Object.assign(latest, { text: block.join('\n'), facts: factsOf(block) });
      block = null;
      continue;
    }
    if (mayBegin && blockStart.test(line)) {
      block = [];
      mayBegin = false;
      continue;
    }
    mayBegin = false;
    if (line.startsWith('Bail out!')) bailedOut = line;
    const planMatch = plan.exec(line);
    if (planMatch !== null && depthOf(planMatch[1] ?? '') === 0)
      planned = (planned ?? 0) + Number(planMatch[2]);
    const match = point.exec(line);
    if (match === null) continue;
    const [, indent = '', not, description = ''] = match;
    latest = pointOf(levels, depthOf(indent), not === undefined, description);
    mayBegin = true;
  }
  const top = levels[0] ?? [];
  return {
    tests: withUniqueIds(top.flatMap((each) => testsOf(each, [], root))),
    incomplete: incompleteOf(top.length, planned, bailedOut),
  };
}

/** What came one level deeper since the latest point of this level belongs to this one. */
function pointOf(levels: Point[][], depth: number, ok: boolean, description: string): Point {
  const children = levels.splice(depth + 1).at(0) ?? [];
  while (levels.length <= depth) levels.push([]);
  const marked = directive.exec(description)?.[1]?.toLowerCase();
  const name = description
    .replace(directive, '')
    .replaceAll(/\\([#\\])/g, '$1')
    .trim();
  const made: Point = {
    name,
    // What is still to be done may fail.
    ok: ok || marked === 'todo',
    skipped: marked === 'skip' || (marked === 'todo' && !ok),
    children,
    facts: {},
    text: '',
  };
  levels[depth]?.push(made);
  return made;
}

function factsOf(block: readonly string[]): Point['facts'] {
  try {
    const read: unknown = parse(block.join('\n'));
    return typeof read === 'object' && read !== null ? (read as Point['facts']) : {};
  } catch {
    // Diagnostics of other producers need not be YAML: the text tells all the same.
    return {};
  }
}

/** A suite is told by its tests, unless it failed and none of them did. */
function testsOf(of: Point, suites: readonly string[], root: string): readonly ReportedTest[] {
  const { children, ok, skipped, facts, text } = of;
  const name = isAbsolute(of.name) ? relative(root, of.name) : of.name;
  const inner = children.flatMap((child) => testsOf(child, [...suites, name], root));
  const isTold = children.length > 0 && (ok || inner.some(({ outcome }) => outcome === 'failed'));
  if (isTold || (children.length === 0 && facts['type'] === 'suite' && ok)) return inner;
  const durationMs = facts['duration_ms'];
  const outcome = skipped ? 'skipped' : ok ? 'passed' : 'failed';
  const own: ReportedTest = {
    id: testId([...suites, name]),
    outcome,
    durationMs: typeof durationMs === 'number' ? durationMs : null,
    failure: outcome === 'failed' ? failureOf(facts, text) : '',
  };
  return [...inner, own];
}

function failureOf(facts: Point['facts'], text: string): string {
  const [error, stack] = [facts['error'] ?? facts['message'], facts['stack'] ?? facts['at']];
  const said = [error, stack].filter((each) => typeof each === 'string');
  return said.length === 0 ? text.trim() : said.join('\n').trim();
}

function incompleteOf(found: number, planned: number | null, bailedOut: string | null): string | null {
  if (bailedOut !== null) return `it says ${JSON.stringify(bailedOut)}`;
  if (planned === null) return 'it ends without its plan (1..N)';
  return found < planned ? `it announces ${planned} tests and has ${found}` : null;
}
