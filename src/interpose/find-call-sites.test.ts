import { constants, runInThisContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { findCallSites } from './find-call-sites.js';

class Base {
  static open() {}
  inherited() {}
}

class Service extends Base {
  static query() {}
  query() {}
  [Symbol.iterator]() {}
  get state(): never {
    throw new Error('a getter was called');
  }
  readonly own = () => 1;
  readonly limit = 3;
}

class Empty {
  readonly id = 1;
}

const names = (subject: object) => findCallSites('s', subject).sites.map((site) => site.name);

describe('findCallSites', () => {
  test('an instance: own and inherited methods, nearest first, all patched on the instance itself', () => {
    const service = new Service();
    const { sites, unpatchable } = findCallSites('s', service);
    expect(sites.map(({ name, method }) => [name, method])).toEqual([
      ['s.own', 'own'],
      ['s.query', 'query'],
      ['s.inherited', 'inherited'],
    ]);
    expect(sites.every((site) => site.holder === service)).toBe(true);
    expect(unpatchable).toEqual([{ name: 's.state', method: 'state', reason: 'it is a getter or setter' }]);
  });

  test('a class: what its instances inherit and its statics; of one name, the static one gets the longer name', () => {
    const { sites } = findCallSites('s', Service);
    expect(sites.map(({ name, holder }) => [name, holder === Service ? 'class' : 'prototype'])).toEqual([
      ['s.query', 'prototype'],
      ['s.inherited', 'prototype'],
      ['s.query (static)', 'class'],
      ['s.open', 'class'],
    ]);
  });

  test('a holder of functions, an object without prototype, a function with methods', () => {
    expect(names({ send: () => 1, port: 25 })).toEqual(['s.send']);
    expect(names(Object.assign(Object.create(null) as object, { send: () => 1 }))).toEqual(['s.send']);
    expect(names(Object.assign(() => 1, { get: () => 2 }))).toEqual(['s.get']);
  });

  test('a bare function, class or not, and a generator function have nothing of their own to patch', () => {
    expect(names(() => 1)).toEqual([]);
    expect(names(Empty)).toEqual([]);
    expect(names(function* () {})).toEqual([]);
    expect(names(function () {})).toEqual([]);
  });

  test('an own value hides an inherited method', () => {
    expect(names(Object.assign(new Base(), { inherited: 7 }))).toEqual([]);
  });

  test('what cannot be patched says why', async () => {
    const sealed = Object.preventExtensions(new Base());
    const fixed = Object.defineProperty({}, 'f', { value: () => 1 });
    const readOnly = Object.defineProperty({}, 'f', { value: () => 1, configurable: true });
    const reasons = (subject: object) => findCallSites('s', subject).unpatchable.map((one) => one.reason);
    expect(reasons(Object.freeze({ f: () => 1 }))).toEqual(['the object is frozen']);
    expect(reasons(fixed)).toEqual(['it is neither writable nor configurable']);
    expect(reasons(sealed)).toEqual([
      'it is inherited and the object is not extensible: name its class as component',
    ]);
    // Vitest puts objects of its own in the place of modules that a test imports.
    const realImport = { importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
    const path = await (runInThisContext("import('node:path')", realImport) as Promise<object>);
    expect(reasons(path)).toContain(
      'exports of a module cannot be replaced: give an object that holds the functions',
    );
    expect(names(readOnly)).toEqual(['s.f']);
  });
});
