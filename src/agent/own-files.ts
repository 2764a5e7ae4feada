import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';

/** How they name each other, as esbuild writes it. */
const ownRequire = /\brequire\("\.\/([\w-]+\.cjs)"\)/g;

/**
 * The agent's files in one folder, each evaluated once. Without the module loader: the target sees no trace of them in
 * `require.cache`, and a target that empties it gets no second copy.
 */
export class OwnFiles {
  /** Absolute. */
  readonly folder: string;
  readonly #require: NodeJS.Require;
  readonly #texts = new Map<string, string>();
  readonly #exports = new Map<string, unknown>();

  constructor(folder: string) {
    this.folder = folder;
    this.#require = createRequire(join(folder, 'agent.cjs'));
  }

  /** Reads a file, and those that it needs, to be evaluated when the target may no longer be able to read them. */
  keep(name: string): void {
    if (this.#exports.has(name) || this.#texts.has(name)) return;
    const text = this.#read(name);
    this.#texts.set(name, text);
    for (const [, needed = ''] of text.matchAll(ownRequire)) this.keep(needed);
  }

  /** @returns what the file exports */
  load(name: string): unknown {
    if (this.#exports.has(name)) return this.#exports.get(name);
    const filename = join(this.folder, name);
    const run = compileFunction(this.#texts.get(name) ?? this.#read(name), ['module', 'exports', 'require'], {
      filename,
    });
    const module = { exports: {} };
    const require = (id: string): unknown =>
      id.startsWith('./') ? this.load(id.slice(2)) : this.#require(id);
    Reflect.apply(run, undefined, [module, module.exports, require]);
    this.#exports.set(name, module.exports);
    this.#texts.delete(name);
    return module.exports;
  }

  #read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }
}
