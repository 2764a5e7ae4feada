const requestLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([^ \r\n]+) HTTP\/1\.([01])\r?\n$/;
const statusLine = /^HTTP\/1\.([01]) (\d{3})(?: ([^\r\n]*))?\r?\n$/;
const fieldName = /^([^:\s]+):/;

/** Whether a request line may begin so; all of it, when it has its line end. */
export function mayBeginRequest(start: string): boolean {
  if (start.endsWith('\n')) return requestLine.test(start) || /^\r?\n$/.test(start);
  return /^(?:\r|[!#$%&'*+\-.^_`|~0-9A-Za-z]{0,64}(?: .*)?)\r?$/.test(start);
}

/** Whether a status line may begin so; all of it, when it has its line end. */
export function mayBeginResponse(start: string): boolean {
  if (start.endsWith('\n')) return statusLine.test(start) || /^\r?\n$/.test(start);
  const version = 'HTTP/1.';
  return start === '\r' || start.startsWith(version.slice(0, start.length)) || start.startsWith(version);
}

/** What a rule does to the header lines of a message. */
export interface HeaderEdits {
  /** In the place of the first line of that name, without the others of that name; a new one goes to the end. */
  readonly set?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

interface Field {
  readonly name: string;
  readonly value: string;
  /** With its line end, and with its continuation lines. */
  readonly raw: string;
}

/** The first line of a message and its header lines. What is not changed goes on byte by byte as it came. */
abstract class Head {
  readonly isHttp10: boolean;
  readonly #first: string;
  readonly #blank: string;
  #fields: readonly Field[];

  protected constructor(lines: readonly string[], minorVersion: string) {
    this.isHttp10 = minorVersion === '0';
    this.#first = lines[0] ?? '';
    this.#blank = lines.at(-1) ?? '';
    this.#fields = fieldsOf(lines.slice(1, -1));
  }

  /** In the order of the message. */
  values(name: string): readonly string[] {
    const wanted = name.toLowerCase();
    return this.#fields.filter((field) => field.name === wanted).map(({ value }) => value);
  }

  /** Whether a comma-separated header has a word. */
  lists(name: string, word: string): boolean {
    return this.values(name).some((value) =>
      value.split(',').some((part) => part.trim().toLowerCase() === word),
    );
  }

  edit({ set = {}, remove = [] }: HeaderEdits): void {
    const gone = new Set(remove.map((name) => name.toLowerCase()));
    this.#fields = this.#fields.filter(({ name }) => !gone.has(name));
    for (const [written, value] of Object.entries(set)) {
      const name = written.toLowerCase();
      const field = { name, value, raw: `${written}: ${value}\r\n` };
      const at = this.#fields.findIndex((each) => each.name === name);
      if (at < 0) this.#fields = [...this.#fields, field];
      else
        this.#fields = this.#fields.flatMap((each, i) =>
          i === at ? [field] : each.name === name ? [] : [each],
        );
    }
  }

  toBuffer(): Buffer {
    return Buffer.from(this.#first + this.#fields.map(({ raw }) => raw).join('') + this.#blank, 'latin1');
  }
}

export class RequestHead extends Head {
  readonly method: string;
  readonly target: string;

  /** @returns null for what is not the head of an HTTP/1 request */
  static parse(bytes: Buffer): RequestHead | null {
    const lines = linesOf(bytes);
    const match = requestLine.exec(lines[0] ?? '');
    return match === null ? null : new RequestHead(lines, match);
  }

  private constructor(lines: readonly string[], [, method = '', target = '', minor = '']: RegExpExecArray) {
    super(lines, minor);
    this.method = method;
    this.target = target;
  }

  /** The target without scheme, host and query. */
  get path(): string {
    const path = this.target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
    const end = path.search(/[?#]/);
    return end < 0 ? path : path.slice(0, end);
  }
}

export class ResponseHead extends Head {
  readonly status: number;

  /** @returns null for what is not the head of an HTTP/1 response */
  static parse(bytes: Buffer): ResponseHead | null {
    const lines = linesOf(bytes);
    const match = statusLine.exec(lines[0] ?? '');
    return match === null ? null : new ResponseHead(lines, match);
  }

  private constructor(lines: readonly string[], [, minor = '', status = '']: RegExpExecArray) {
    super(lines, minor);
    this.status = Number(status);
  }
}

/** In latin1 each byte is one character, so that nothing is lost on the way back. */
function linesOf(bytes: Buffer): readonly string[] {
  return bytes.toString('latin1').match(/[^\n]*\n/g) ?? [];
}

function fieldsOf(lines: readonly string[]): readonly Field[] {
  const whole: string[] = [];
  for (const line of lines) {
    if (/^[ \t]/.test(line) && whole.length > 0) whole.push((whole.pop() ?? '') + line);
    else whole.push(line);
  }
  return whole.map((raw) => {
    const name = fieldName.exec(raw)?.[1] ?? '';
    return { name: name.toLowerCase(), value: raw.slice(name.length + 1).trim(), raw };
  });
}
