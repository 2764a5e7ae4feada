import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { askedFile } from './asked-file.js';
import { type CallForm, failInForm, slowInForm } from './call-form.js';
import { callbackOf } from './callback-of.js';
import { calledFrom } from './called-from.js';
import { type FileMethod, fileMethods } from './file-methods.js';
import { fileHandles } from './file-handles.js';
import type { CallSite } from './find-call-sites.js';
import type { PlatformCall, Shorten } from './platform-call.js';
import { beforeClose } from './race/before-close.js';
import { postponeInForm, postponePromise } from './race/postpone.js';
import { shortenRead, truncateFile } from './shorten-read.js';

/** The methods of `fs`, of `fs.promises` and of FileHandles; those that do the same have one name. */
export function fileSites(): readonly CallSite[] {
  const handles = fileHandles.prototype;
  return Object.entries(fileMethods).flatMap(([method, facts]) => {
    const site = (holder: object, key: string, form: CallForm, isHandle = false): readonly CallSite[] =>
      typeof Reflect.get(holder, key) === 'function'
        ? [
            {
              name: `fs.${method}`,
              component: 'fs',
              method,
              holder,
              key,
              platform: fileCall(holder, key, method, facts, form, isHandle),
              byNameOnly: true,
            },
          ]
        : [];
    return [
      ...site(fs, method, 'callback'),
      ...site(fs, `${method}Sync`, 'sync'),
      ...site(fs.promises, method, 'promise'),
      ...(facts.handleMethod === undefined || handles === null
        ? []
        : site(handles, facts.handleMethod, 'promise', true)),
    ];
  });
}

function fileCall(
  holder: object,
  key: string,
  method: string,
  facts: FileMethod,
  form: CallForm,
  isHandle: boolean,
): PlatformCall {
  const freed = method === 'open' ? closed : undefined;
  const shorten = shorteningOf(method, form, isHandle);
  return {
    subjectOf(args, thisArg) {
      if (form === 'callback' && callbackOf(args) === null) return null;
      const first: unknown = isHandle ? thisArg : args[0];
      return askedFile(
        facts,
        args,
        () => calledFrom(Reflect.get(holder, key)),
        first instanceof Object && 'fd' in first ? Number(first.fd) : undefined,
      );
    },
    enclose: (makeCall) => makeCall(),
    changed: syncBuiltinESMExports,
    fail: (call, failure) => failInForm(form, call, failure, freed),
    slow: (call, slowness) => slowInForm(form, call, slowness),
    ...(shorten && { shorten }),
    ...(form !== 'sync' && {
      // Work on what is open starts at once, for it may be closed then; its results stay in order.
      isOrdered: (args) => isHandle || typeof args[0] === 'number',
      postpone(call, hold) {
        const opened = isHandle ? call.thisArg : call.args[0];
        if (typeof opened === 'number' || isHandle) {
          const inOrderOf = typeof opened === 'number' ? `descriptor ${opened}` : (opened as object);
          const order = { starts: 'now', answers: { inOrderOf } } as const;
          if (typeof inOrderOf === 'string') return postponeInForm(form, call, hold, order);
          return beforeClose(inOrderOf, call, hold, () => postponePromise(call, hold, order));
        }
        return postponeInForm(form, call, hold, { starts: 'free', answers: 'free' });
      },
    }),
  };
}

function shorteningOf(
  method: string,
  form: CallForm,
  isHandle: boolean,
): PlatformCall['shorten'] | undefined {
  // A whole file is read again and again until it ends: only that it ends early shows.
  if (method === 'readFile') return { truncated: (call, short) => truncateFile(form, call, short) };
  if (method !== 'read') return undefined;
  const shorten: Shorten = (call, short) => shortenRead(form, isHandle, call, short);
  return { short: shorten, truncated: shorten };
}

function closed(opened: unknown): unknown {
  if (typeof opened === 'number') return fs.closeSync(opened);
  return (opened as { close(): Promise<void> }).close();
}
