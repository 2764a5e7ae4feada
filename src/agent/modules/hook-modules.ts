import module from 'node:module';
import { MessageChannel } from 'node:worker_threads';
import { changedResult, type LoadResult } from './changed-result.js';
import type { HookThreadData, HookThreadNote } from './hook-thread-data.js';
import { ModuleChanger, type ModuleChangerOptions } from './module-changer.js';

export interface HookModulesOptions extends ModuleChangerOptions {
  /** The file of the hooks that run in a thread of their own, on Node before 22.15. */
  readonly hookThreadFile: URL;
}

/**
 * Has the modules that this thread loads from now on prepared: ES modules by hooks of the loader, CommonJS where it is
 * compiled, which also is after what other tools make of a source. Disposing it leaves modules that come later alone.
 */
export function hookModules(options: HookModulesOptions): Disposable {
  const changer = new ModuleChanger(options);
  const stops = [hookCompile(changer), hookLoad(changer, options)];
  return {
    [Symbol.dispose]() {
      for (const stop of stops) stop();
    },
  };
}

type Compile = (this: unknown, content: string, filename: string, ...rest: unknown[]) => unknown;

function hookCompile(changer: ModuleChanger): () => void {
  const prototype = module.prototype as unknown as { _compile: Compile };
  const original = prototype._compile;
  let isOn = true;
  const compile: Compile = function _compile(content, filename, ...rest) {
    const [format] = rest;
    const changed = isOn
      ? changer.change({
          path: filename,
          // Before 22 there is a flag in its place, or nothing.
          format: typeof format === 'string' ? format : null,
          source: () => content,
        })
      : null;
    return Reflect.apply(original, this, [changed ?? content, filename, ...rest]);
  };
  prototype._compile = compile;
  return () => {
    isOn = false;
    if (prototype._compile === compile) prototype._compile = original;
  };
}

type Resolve = (
  specifier: string,
  context: { readonly parentURL?: string },
  next: (specifier: string, context: object) => object,
) => object;

type Load = (url: string, context: object, next: (url: string, context: object) => LoadResult) => LoadResult;

/** What Node 22.15 and later have, and types of Node 20 do not. */
interface NewerModule {
  readonly registerHooks?: (hooks: { readonly load: Load; readonly resolve?: Resolve }) => {
    deregister(): void;
  };
}

function hookLoad(changer: ModuleChanger, options: HookModulesOptions): () => void {
  const { registerHooks } = module as NewerModule;
  if (registerHooks === undefined) return hookThread(options);
  const load: Load = (url, context, next) => {
    const result = next(url, context);
    return changedResult(changer, url, result) ?? result;
  };
  // Loaders that come later, such as tsx, ask this one for what they are still to make JavaScript of. They are all there when
  // the program's own file is looked for: from then on this one asks them.
  const resolve: Resolve = (specifier, context, next) => {
    if (context.parentURL === undefined && isEntry(specifier)) {
      hooks.deregister();
      hooks = registerHooks({ load });
    }
    return next(specifier, context);
  };
  let hooks = registerHooks({ load, resolve });
  return () => hooks.deregister();
}

function isEntry(specifier: string): boolean {
  return specifier.startsWith('file:') || specifier === process.argv[1];
}

function hookThread({ root, patterns, notes, handlers, hookThreadFile }: HookModulesOptions): () => void {
  const { port1, port2 } = new MessageChannel();
  port1.on('message', (note: HookThreadNote) => {
    notes.noteFile(note.file);
    if (note.untouched !== undefined) notes.noteUntouched(note.file, note.untouched);
    if (note.handlers !== undefined) handlers?.note(note.file, note.handlers);
  });
  port1.unref();
  const data: HookThreadData = { root, patterns, handlers: handlers?.patterns ?? [], port: port2 };
  module.register(hookThreadFile, { data, transferList: [port2] });
  return () => port1.postMessage('stop');
}
