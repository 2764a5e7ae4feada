/** A number that was not written as a whole one, or is too large to be exact. */
export class Decimal {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** An object's values by their keys in lower case: Toxiproxy does not tell `Name` from `name`. The last one counts. */
export type JsonObject = ReadonlyMap<string, JsonValue>;
export type JsonValue = null | boolean | number | string | Decimal | readonly JsonValue[] | JsonObject;

const deepest = 100;
const space = /[ \t\n\r]*/y;
const stringToken = /"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const numberToken = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const words: Readonly<Record<string, JsonValue>> = { true: true, false: false, null: null };

/**
 * The first JSON value of a text; what follows is ignored, as Toxiproxy does. A number keeps whether it was written as
 * a whole one, which `JSON.parse` does not tell.
 *
 * @throws SyntaxError with Go's words
 */
export function readJson(text: string): JsonValue {
  return new Reader(text).value(0);
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonValue {
    if (depth > deepest) throw new SyntaxError('exceeded max depth');
    this.#skipSpace();
    const next = this.#text[this.#at];
    if (next === undefined) throw new SyntaxError(depth === 0 ? 'EOF' : 'unexpected EOF');
    if (next === '{') return this.#object(depth);
    if (next === '[') return this.#array(depth);
    if (next === '"') return this.#string();
    for (const [word, value] of Object.entries(words)) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    return this.#number();
  }

  #object(depth: number): JsonObject {
    const entries = new Map<string, JsonValue>();
    this.#list('}', 'object key string', () => {
      const key = this.#string().toLowerCase();
      this.#skipSpace();
      this.#expect(':', 'after object key');
      entries.set(key, this.value(depth + 1));
    });
    return entries;
  }

  #array(depth: number): readonly JsonValue[] {
    const items: JsonValue[] = [];
    this.#list(']', 'value', () => {
      items.push(this.value(depth + 1));
    });
    return items;
  }

  /** From the opening bracket to the closing one, entries with commas between them. */
  #list(close: '}' | ']', what: string, entry: () => void): void {
    this.#at += 1;
    this.#skipSpace();
    if (this.#text[this.#at] === close) {
      this.#at += 1;
      return;
    }
    for (;;) {
      this.#skipSpace();
      if (close === '}' && this.#text[this.#at] !== '"') this.#fail(`looking for beginning of ${what}`);
      entry();
      this.#skipSpace();
      if (this.#text[this.#at] === close) {
        this.#at += 1;
        return;
      }
      this.#expect(',', close === '}' ? 'after object key:value pair' : 'after array element');
    }
  }

  #string(): string {
    const token = this.#match(stringToken)?.[0];
    if (token === undefined) {
      const isCut = !/^"(?:[^"\\]|\\.)*"/s.test(this.#text.slice(this.#at));
      throw new SyntaxError(isCut ? 'unexpected EOF' : 'invalid character in string literal');
    }
    try {
      return JSON.parse(token) as string;
    } catch {
      throw new SyntaxError('invalid character in string literal');
    }
  }

  #number(): number | Decimal {
    const match = this.#match(numberToken);
    if (match === null) return this.#fail('looking for beginning of value');
    const [token, fraction, exponent] = match;
    const value = Number(token);
    const isWhole = fraction === undefined && exponent === undefined && Number.isSafeInteger(value);
    return isWhole ? value : new Decimal(value);
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }

  #skipSpace(): void {
    this.#match(space);
  }

  #expect(character: string, where: string): void {
    if (this.#text[this.#at] !== character) this.#fail(where);
    this.#at += 1;
  }

  #fail(where: string): never {
    const found = this.#text[this.#at];
    if (found === undefined) throw new SyntaxError('unexpected EOF');
    throw new SyntaxError(`invalid character ${JSON.stringify(found).replaceAll('"', "'")} ${where}`);
  }
}
