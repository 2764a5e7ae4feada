import { didYouMean } from '../../model/did-you-mean.js';

/** What is wrong with a value, and where. */
export class FieldError extends Error {
  override readonly name = 'FieldError';
}

interface Range {
  readonly from?: number;
  readonly to?: number;
  readonly isWhole?: boolean;
}

/** The fields of an object from outside, read one by one; `done` finds those that nobody asked for. */
export class Fields {
  readonly where: string;
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #known = new Set<string>();

  /**
   * @param where - its place, `rules[0].fault`; empty for the outermost
   * @throws FieldError when it is no object
   */
  constructor(value: unknown, where: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw wrong(where, 'an object', value);
    }
    this.where = where;
    this.#object = value as Record<string, unknown>;
  }

  at(name: string): string {
    return this.where === '' ? name : `${this.where}.${name}`;
  }

  has(name: string): boolean {
    return this.raw(name) !== undefined;
  }

  raw(name: string): unknown {
    this.#known.add(name);
    return Object.hasOwn(this.#object, name) ? this.#object[name] : undefined;
  }

  /** @throws FieldError for what does not fit `pattern` */
  text(name: string, pattern = /[^]*/, expected = 'a string'): string | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw wrong(this.at(name), expected, value);
  }

  number(
    name: string,
    { from = 0, to = Number.MAX_SAFE_INTEGER, isWhole = false }: Range = {},
  ): number | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    const isRight = typeof value === 'number' && value >= from && value <= to;
    if (isRight && (!isWhole || Number.isInteger(value))) return value;
    const range = to === Number.MAX_SAFE_INTEGER ? `from ${from}` : `from ${from} to ${to}`;
    throw wrong(this.at(name), `a ${isWhole ? 'whole ' : ''}number ${range}`, value);
  }

  boolean(name: string): boolean | undefined {
    const value = this.raw(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw wrong(this.at(name), 'true or false', value);
  }

  word<W extends string>(name: string, words: readonly W[]): W | undefined {
    const value = this.raw(name);
    if (value === undefined || words.includes(value as W)) return value as W | undefined;
    throw wrong(this.at(name), `one of ${words.join(', ')}`, value);
  }

  object(name: string): Fields | undefined {
    const value = this.raw(name);
    return value === undefined ? undefined : new Fields(value, this.at(name));
  }

  list(name: string): readonly unknown[] | undefined {
    const value = this.raw(name);
    if (value === undefined || Array.isArray(value)) return value;
    throw wrong(this.at(name), 'an array', value);
  }

  /** All of it, as texts by name. */
  texts(
    name: string,
    check: (key: string, where: string) => void,
  ): Readonly<Record<string, string>> | undefined {
    const fields = this.object(name);
    if (fields === undefined) return undefined;
    const entries = Object.keys(fields.#object).map((key) => {
      check(key, fields.at(key));
      const value = fields.raw(key);
      if (typeof value !== 'string') throw wrong(fields.at(key), 'a string', value);
      return [key, value] as const;
    });
    return Object.fromEntries(entries);
  }

  /** @throws FieldError for a field that has no meaning here */
  done(): void {
    for (const name of Object.keys(this.#object)) {
      if (this.#known.has(name)) continue;
      const known = [...this.#known].sort();
      const near = didYouMean(name, known);
      throw new FieldError(
        `unknown field ${this.at(name)}: ${near ?? `expected one of ${known.join(', ')}`}`,
      );
    }
  }
}

export function wrong(where: string, expected: string, value: unknown): FieldError {
  return new FieldError(
    `expected ${where === '' ? 'the body' : where} to be ${expected}, got ${shown(value)}`,
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** An object without the fields that are undefined. */
export function given<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
