import junitReportBuilder, { type Builder } from 'junit-report-builder';
import { plainText } from './plain-text.js';

/** Its types say that the builder is one `default` further down than Node puts it. */
const builder = junitReportBuilder as unknown as Builder;

/** One test case; null: it passed. A failure is what the system did, an error what keeps us from saying anything. */
export interface JUnitCase {
  readonly name: string;
  readonly problem: { readonly kind: 'failure' | 'error'; readonly message: string } | 'skipped' | null;
  readonly output: string;
  readonly seconds: number;
}

export interface JUnitSuite {
  readonly name: string;
  readonly verdict: string;
  readonly seconds: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly cases: readonly JUnitCase[];
}

/** One suite as JUnit XML. */
export function junitXml(suite: JUnitSuite): string {
  const { name: suiteName, verdict, seconds: duration, startedAt, properties, cases } = suite;
  const report = builder.newBuilder().name('chaosx');
  const written = report.testSuite().name(text(suiteName)).time(duration);
  const started = new Date(startedAt);
  if (!Number.isNaN(started.getTime())) written.timestamp(started);
  for (const [name, value] of Object.entries(properties)) written.property(name, text(value));
  for (const { name, problem, output, seconds } of cases) {
    const one = written.testCase().className(text(suiteName)).name(text(name)).time(seconds);
    if (problem === 'skipped') one.skipped();
    else if (problem?.kind === 'failure') one.failure(text(problem.message), verdict);
    else if (problem?.kind === 'error') one.error(text(problem.message), verdict);
    if (output !== '') one.standardOutput(text(output));
  }
  return `${report.build()}\n`;
}

/** XML knows no control characters. The builder splits CDATA sections at their end mark, over which readers stumble. */
function text(value: string): string {
  return plainText(value).replaceAll(']]>', ']] >');
}
