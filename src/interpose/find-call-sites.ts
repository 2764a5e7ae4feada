import { types } from 'node:util';
import type { MessageCall } from './message-call.js';
import type { PlatformCall } from './platform-call.js';

/** A place where a function of a component, or of the platform, is found and called through. */
export interface CallSite {
  /** `<component>.<method>`, unique in its component. Functions of the platform that do the same share one. */
  readonly name: string;
  readonly component: string;
  readonly method: string;
  /** Where the function is, or will be, an own property. */
  readonly holder: object;
  readonly key: string | symbol;
  /** Only for functions by which messages come. */
  readonly message?: MessageCall;
  /** Only for functions of the platform. */
  readonly platform?: PlatformCall;
  /** True for functions that are only chosen by a pattern that names their component, such as `fs.*`. */
  readonly byNameOnly?: boolean;
}

/** A method that cannot be patched in place, and why. */
export interface Unpatchable {
  readonly name: string;
  readonly method: string;
  readonly reason: string;
}

/** The callable parts of one component. */
export interface ComponentSites {
  readonly sites: readonly CallSite[];
  readonly unpatchable: readonly Unpatchable[];
}

/**
 * Finds the functions that callers reach through a component, without calling or reading anything but descriptors.
 *
 * An object: its own and inherited methods. A class: its static methods, own and inherited, and the methods that its
 * instances inherit. `constructor`, symbols and what `Object` and `Function` give to everything are left out; accessors
 * are never called and are listed as unpatchable.
 *
 * What is inherited will be patched on the component itself (a class: on its own `prototype`), hiding the inherited
 * function, and undone by deleting it: other objects and classes that share the ancestor never meet the fault.
 */
export function findCallSites(component: string, subject: object): ComponentSites {
  const sites: CallSite[] = [];
  const unpatchable: Unpatchable[] = [];
  const collect = (holder: object, suffix: string) => {
    for (const [key, descriptor, own] of reachable(holder)) {
      const name = `${component}.${key}`;
      const taken = sites.some((site) => site.name === name);
      const reason = unpatchableReason(holder, descriptor, own);
      if (reason !== null) unpatchable.push({ name, method: key, reason });
      else if (typeof descriptor.value === 'function') {
        sites.push({ name: taken ? `${name}${suffix}` : name, component, method: key, holder, key });
      }
    }
  };
  const instances = instancePrototype(subject);
  // A class may have an instance and a static method of one name: the static one gets the longer name.
  if (instances !== null) collect(instances, '');
  collect(subject, ' (static)');
  return { sites, unpatchable };
}

type Found = readonly [key: string, descriptor: PropertyDescriptor, own: boolean];

/** Every string key on the way up, nearest first, as a property read would find it. */
function* reachable(holder: object): Generator<Found> {
  const seen = new Set(['constructor']);
  for (let at: object | null = holder; at !== null && !isRoot(at); at = Reflect.getPrototypeOf(at)) {
    for (const key of Object.getOwnPropertyNames(at)) {
      if (seen.has(key)) continue;
      seen.add(key);
      const descriptor = Reflect.getOwnPropertyDescriptor(at, key);
      if (descriptor !== undefined) yield [key, descriptor, at === holder];
    }
  }
}

/** `Object.prototype` or `Function.prototype`, of any realm. */
function isRoot(at: object): boolean {
  return typeof at === 'function'
    ? ['apply', 'bind', 'call'].every((key) => Object.hasOwn(at, key))
    : Object.hasOwn(at, 'isPrototypeOf') && Reflect.getPrototypeOf(at) === null;
}

/** What the instances of a class inherit from; null for what is no class. */
function instancePrototype(subject: object): object | null {
  if (typeof subject !== 'function') return null;
  const found: unknown = Reflect.getOwnPropertyDescriptor(subject, 'prototype')?.value;
  // Generator functions have one too, without a constructor.
  return typeof found === 'object' && found !== null && Object.hasOwn(found, 'constructor') ? found : null;
}

function unpatchableReason(holder: object, descriptor: PropertyDescriptor, own: boolean): string | null {
  if (descriptor.get !== undefined || descriptor.set !== undefined) return 'it is a getter or setter';
  if (typeof descriptor.value !== 'function') return null;
  if (types.isModuleNamespaceObject(holder)) {
    return 'exports of a module cannot be replaced: give an object that holds the functions';
  }
  if (own) {
    if (descriptor.configurable === true || descriptor.writable === true) return null;
    return Object.isFrozen(holder) ? 'the object is frozen' : 'it is neither writable nor configurable';
  }
  return Reflect.isExtensible(holder)
    ? null
    : 'it is inherited and the object is not extensible: name its class as component';
}
