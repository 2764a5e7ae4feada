import { expect, test } from 'vitest';
import { readJUnit } from './read-junit.js';

const outcomes = (text: string) =>
  readJUnit(text, '/shop').tests.map(({ id, outcome, durationMs }) => [id, outcome, durationMs]);

test('of Vitest', () => {
  expect(
    outcomes(`<?xml version="1.0" encoding="UTF-8" ?>
<testsuites name="vitest tests" tests="3" failures="1" errors="0" time="0.05">
  <testsuite name="test/cart.test.ts" tests="3" failures="1">
    <testcase classname="test/cart.test.ts" name="cart &gt; adds" time="0.5"></testcase>
    <testcase classname="test/cart.test.ts" name="cart &gt; fails" time="0.25">
      <failure message="expected 1 to be 2" type="AssertionError">AssertionError: expected 1 to be 2
 ❯ test/cart.test.ts:2:102</failure>
    </testcase>
    <testcase classname="test/cart.test.ts" name="cart &gt; later" time="0"><skipped/></testcase>
  </testsuite>
</testsuites>`),
  ).toEqual([
    ['test/cart.test.ts > cart > adds', 'passed', 500],
    ['test/cart.test.ts > cart > fails', 'failed', 250],
    ['test/cart.test.ts > cart > later', 'skipped', 0],
  ]);
});

test('of node:test: suites in suites, and a file where it says so', () => {
  expect(
    outcomes(`<testsuites>
	<testsuite name="shop"><testsuite name="cart">
		<testcase name="strong" time="0.12" classname="test" file="/shop/test/a.test.js"/>
	</testsuite></testsuite>
	<testcase name="alone" time="0.5" classname="test"/>
</testsuites>`),
  ).toEqual([
    ['alone', 'passed', 500],
    ['test/a.test.js > shop > cart > strong', 'passed', 120],
  ]);
});

test('of pytest', () => {
  expect(
    outcomes(`<testsuites><testsuite name="pytest" tests="2">
<testcase classname="test_a.TestCart" name="test_adds" time="0.001" />
<testcase classname="test_a" name="test_fails" time="0.002"><error message="failed on setup">boom</error></testcase>
</testsuite></testsuites>`),
  ).toEqual([
    ['test_a.TestCart > test_adds', 'passed', 1],
    ['test_a > test_fails', 'failed', 2],
  ]);
});

test('of jest-junit, which says the name twice', () => {
  const one = '<testcase classname="cart adds" name="cart adds" time="0.003"></testcase>';
  expect(
    outcomes(`<testsuites name="jest tests"><testsuite name="cart">${one}</testsuite></testsuites>`),
  ).toEqual([['cart > cart adds', 'passed', 3]]);
});

test('tests of one name are numbered', () => {
  const one = '<testcase classname="a" name="x" time="1"/>';
  expect(outcomes(`<testsuite name="a">${one}${one}</testsuite>`).map(([id]) => id)).toEqual([
    'a > x',
    'a > x (2)',
  ]);
});

test.each(['', '<testsuites><testsuite name="a">', 'no XML', '<html></html>'])(
  '%j cannot be read',
  (text) => {
    expect(() => readJUnit(text, '/')).toThrow(/./);
  },
);
