import { importedFiles } from './imported-files.js';
import { matchesFile, mayHold } from './module-pattern.js';
import type { ModuleFormat } from './parse-module.js';
import { rootFolder } from './root-folder.js';
import { stripTypes } from './strip-types.js';
import type { countedModule } from './counted-module.js';
import type { CountedHandler } from './with-handler-counters.js';
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
  /** Whose handlers of errors count. Default: none. */
  readonly handlers?: CountedModules;
}

/** The modules whose handlers of errors count. */
export interface CountedModules {
  /** Of files. */
  readonly patterns: readonly string[];
  /** Loads the parser, when the first module needs it. */
  readonly load: () => typeof countedModule;
  /** Told what was found in a module, or why that cannot be told. */
  readonly note: (file: string, found: readonly CountedHandler[] | string) => void;
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
  #countedModule: typeof countedModule | null = null;
  #withTrailer: typeof withTrailer | null = null;

  constructor(options: ModuleChangerOptions) {
    this.#options = options;
    this.#fileOf = rootFolder(options.root);
  }

  /** The source with its trailer and with handlers that count, without types, or null to leave the module as it is. */
  change(module: ModuleText): string | null {
    const file = this.#fileOf(module.path);
    if (file === null) return null;
    const counted = this.#counted(file, module);
    if (counted === null) return this.#reached(file, module);
    return (
      this.#reached(file, { ...module, format: formatOf(module.format), source: () => counted }) ?? counted
    );
  }

  #counted(file: string, module: ModuleText): string | null {
    const { handlers } = this.#options;
    const kind = formatOf(module.format);
    if (handlers === undefined || kind === 'other') return null;
    if (!handlers.patterns.some((pattern) => matchesFile(pattern, file))) return null;
    try {
      this.#countedModule ??= handlers.load();
      const counted = this.#countedModule(withoutTypes(module), kind, {
        file,
        path: module.path,
        fileOf: this.#fileOf,
      });
      if (counted.kind === 'same') return null;
      handlers.note(file, counted.kind === 'changed' ? counted.handlers : counted.reason);
      return counted.kind === 'changed' ? counted.source : null;
    } catch (error) {
      handlers.note(file, error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  #reached(file: string, module: ModuleText): string | null {
    const { notes } = this.#options;
    try {
      notes.noteFile(file);
      const trailed = this.#trailed(file, module);
      if (trailed?.kind === 'untouched') notes.noteUntouched(file, trailed.reason);
      return trailed?.kind === 'changed' ? trailed.source : null;
    } catch (error) {
      notes.noteUntouched(file, error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  #trailed(file: string, module: ModuleText): Trailed | null {
    const { patterns, notes } = this.#options;
    const kind = formatOf(module.format);
    if (kind === 'other') return null;
    const isWanted = (source?: string) => patterns.some((pattern) => mayHold(pattern, file, source));
    const mayBeWanted = isWanted();
    if (!mayBeWanted && file.includes('node_modules')) return null;
    const text = module.source();
    if (mayBeWanted && isWanted(text)) {
      const trailed = this.#parse(text, kind, file, module);
      if (trailed.kind === 'changed') notes.notePrepared(file);
      return trailed;
    }
    // It may hold functions of a module that is wanted, in variables of its own.
    const imported = importedFiles(text, file);
    if (!imported.some((other) => patterns.some((pattern) => mayHold(pattern, other, text)))) return null;
    const trailed = this.#parse(text, kind, file, module, 'imports');
    return trailed.kind === 'changed' ? trailed : null;
  }

  #parse(
    text: string,
    kind: ModuleFormat | null,
    file: string,
    { format }: Pick<ModuleText, 'format'>,
    take: 'all' | 'imports' = 'all',
  ): Trailed {
    this.#withTrailer ??= this.#options.loadTrailer();
    return this.#withTrailer(withoutTypes({ format, source: () => text }), kind, file, take);
  }
}

function withoutTypes({ format, source }: Pick<ModuleText, 'format' | 'source'>): string {
  return format?.endsWith('-typescript') === true ? stripTypes(source()) : source();
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
