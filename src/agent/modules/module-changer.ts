import { mayHold } from './module-pattern.js';
import type { ModuleFormat } from './parse-module.js';
import { rootFolder } from './root-folder.js';
import { stripTypes } from './strip-types.js';
import type { Trailed, withTrailer } from './with-trailer.js';

/** Told what becomes of modules below the root. */
export interface ModuleNotes {
  noteFile(file: string): void;
  notePrepared(file: string): void;
  noteUntouched(file: string, reason: string): void;
}

export interface ModuleChangerOptions {
  /** The target's folder: only modules below it are looked at. */
  readonly root: string;
  /** Of functions or files (`module-pattern.ts`); modules that none of them may name are left alone. */
  readonly patterns: readonly string[];
  /** Loads the parser, when the first module needs it. */
  readonly loadTrailer: () => typeof withTrailer;
  readonly notes: ModuleNotes;
}

/** A module as it is about to be compiled. */
export interface ModuleText {
  readonly path: string;
  /** As Node names it, where Node says; `module`, `commonjs-typescript`, … */
  readonly format: string | null | undefined;
  source(): string;
}

/** Puts the modules that are asked for in reach; whatever goes wrong, a module stays as it is. */
export class ModuleChanger {
  readonly #options: ModuleChangerOptions;
  readonly #fileOf: (path: string) => string | null;
  #withTrailer: typeof withTrailer | null = null;

  constructor(options: ModuleChangerOptions) {
    this.#options = options;
    this.#fileOf = rootFolder(options.root);
  }

  /** The source with its trailer, without types, or null to leave the module as it is. */
  change(module: ModuleText): string | null {
    const file = this.#fileOf(module.path);
    if (file === null) return null;
    const { notes } = this.#options;
    try {
      notes.noteFile(file);
      const trailed = this.#trailed(file, module);
      if (trailed?.kind === 'untouched') notes.noteUntouched(file, trailed.reason);
      if (trailed?.kind !== 'changed') return null;
      notes.notePrepared(file);
      return trailed.source;
    } catch (error) {
      notes.noteUntouched(file, error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  #trailed(file: string, module: ModuleText): Trailed | null {
    const { format } = module;
    const { patterns, loadTrailer } = this.#options;
    const kind = formatOf(format);
    // Most modules end here, before their source is a string.
    if (kind === 'other' || !patterns.some((pattern) => mayHold(pattern, file))) return null;
    const text = module.source();
    if (!patterns.some((pattern) => mayHold(pattern, file, text))) return null;
    this.#withTrailer ??= loadTrailer();
    return this.#withTrailer(format?.endsWith('-typescript') === true ? stripTypes(text) : text, kind, file);
  }
}

function formatOf(format: string | null | undefined): ModuleFormat | null | 'other' {
  switch (format) {
    case 'module':
    case 'module-typescript':
      return 'module';
    case 'commonjs':
    case 'commonjs-typescript':
      return 'commonjs';
    case null:
    case undefined:
      return null;
    default:
      return 'other';
  }
}
