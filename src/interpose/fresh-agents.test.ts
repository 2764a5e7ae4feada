import http from 'node:http';
import https from 'node:https';
import { expect, test } from 'vitest';
import { activePatches } from './active-patches.js';
import { useFreshAgents } from './fresh-agents.js';

const slots = globalThis as unknown as Record<symbol, unknown>;
const slot = Symbol.for('undici.globalDispatcher.1');
const agents = () => [slots[slot], http.globalAgent, https.globalAgent];

test('the global agents stand aside, and the very same ones are back', async () => {
  await expect(fetch('http://127.0.0.1:1/')).rejects.toThrow('fetch failed');
  const before = agents();
  const putBack = useFreshAgents();
  const second = useFreshAgents();
  const during = agents();
  expect(during.map((agent, i) => agent !== before[i])).toEqual([true, true, true]);
  expect(during.map((agent) => agent?.constructor)).toEqual(before.map((agent) => agent?.constructor));
  expect(http.globalAgent).toMatchObject({ keepAlive: true, options: { scheduling: 'lifo', timeout: 5000 } });
  expect(activePatches()).toEqual(
    expect.arrayContaining(['http.globalAgent', 'https.globalAgent', expect.stringContaining('fetch')]),
  );
  putBack();
  putBack();
  expect(agents()).toEqual(during);
  second();
  expect(agents().every((agent, i) => agent === before[i])).toBe(true);
  expect(activePatches()).toEqual([]);
});

test('limits that the program set are kept; an agent that was given another method is left alone', () => {
  const { maxSockets } = http.globalAgent;
  const traced = https.globalAgent;
  http.globalAgent.maxSockets = 3;
  Object.assign(traced, { createConnection: () => undefined });
  try {
    const putBack = useFreshAgents();
    expect(http.globalAgent.maxSockets).toBe(3);
    expect(https.globalAgent).toBe(traced);
    putBack();
  } finally {
    http.globalAgent.maxSockets = maxSockets;
    Reflect.deleteProperty(traced, 'createConnection');
  }
});

test('agents that the program set are left alone, before and meanwhile', () => {
  const original = http.globalAgent;
  const dispatcher = slots[slot];
  class Tracing extends http.Agent {}
  const tracing = new Tracing();
  http.globalAgent = tracing;
  slots[slot] = { dispatch: () => true };
  const own = agents();
  try {
    const putBack = useFreshAgents();
    expect([slots[slot], http.globalAgent]).toEqual(own.slice(0, 2));
    const theirs = new https.Agent();
    const before = https.globalAgent;
    https.globalAgent = theirs;
    putBack();
    expect(https.globalAgent).toBe(theirs);
    https.globalAgent = own[2] as https.Agent;
    expect(before).not.toBe(theirs);
    expect(activePatches()).toEqual([]);
  } finally {
    http.globalAgent = original;
    slots[slot] = dispatcher;
  }
});
