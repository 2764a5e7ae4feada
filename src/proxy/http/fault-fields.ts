import { type Fields, FieldError, given, wrong } from './fields.js';
import type {
  AbortFault,
  AlterFault,
  DelayFault,
  HeadersFault,
  HttpFault,
  StatusFault,
  TruncateFault,
} from './http-rule.js';
import { jsonPath } from './json-value.js';

const mostMs = 2 ** 31 - 1;
const mostAlteredBytes = 67_108_864;
const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Latin1 without control characters. */
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

const readers: Readonly<Record<HttpFault['type'], (fields: Fields) => HttpFault>> = {
  status: (fields): StatusFault => {
    const status = fields.number('status', { from: 200, to: 599, isWhole: true });
    if (status === undefined) throw wrong(fields.at('status'), 'a whole number from 200 to 599', status);
    const headers = headerTexts(fields, 'headers');
    for (const name of Object.keys(headers ?? {})) {
      if (!/^(content-length|transfer-encoding)$/i.test(name)) continue;
      throw new FieldError(`${fields.at('headers')}.${name} cannot be set: it follows from the body`);
    }
    return given<StatusFault>({
      type: 'status',
      status,
      reason: fields.text('reason', headerValue, 'a string of one line'),
      headers,
      body: fields.text('body'),
      moment: fields.word('moment', ['before', 'after']),
    });
  },
  delay: (fields): DelayFault => {
    const ms = fields.number('ms', { to: mostMs });
    if (ms === undefined) throw wrong(fields.at('ms'), `a number from 0 to ${mostMs}`, ms);
    const at = fields.word('at', ['request', 'response', 'body']);
    const pieceBytes = fields.number('pieceBytes', { from: 1, isWhole: true });
    if (pieceBytes !== undefined && at !== 'body') {
      throw new FieldError(`${fields.at('pieceBytes')} has a meaning only with "at": "body"`);
    }
    const jitterMs = fields.number('jitterMs', { to: mostMs });
    return given<DelayFault>({ type: 'delay', ms, jitterMs, at, pieceBytes });
  },
  abort: (fields): AbortFault => {
    const afterBytes = fields.number('afterBytes', { isWhole: true });
    const moment = fields.word('moment', ['before', 'after']);
    if (afterBytes !== undefined && moment === 'before') {
      throw new FieldError(
        `${fields.at('moment')} cannot be before with afterBytes: they are bytes of the answer`,
      );
    }
    return given<AbortFault>({
      type: 'abort',
      moment,
      afterBytes,
      how: fields.word('how', ['reset', 'close']),
    });
  },
  truncate: (fields): TruncateFault => {
    exactlyOne(fields, ['bytes', 'share']);
    return given<TruncateFault>({
      type: 'truncate',
      on: fields.word('on', ['request', 'response']),
      bytes: fields.number('bytes', { isWhole: true }),
      share: fields.number('share', { to: 1 }),
      length: fields.word('length', ['keep', 'fix']),
    });
  },
  alter: (fields): AlterFault => {
    exactlyOne(fields, ['body', 'text', 'json', 'bitErrorRate']);
    return given<AlterFault>({
      type: 'alter',
      on: fields.word('on', ['request', 'response']),
      body: fields.text('body'),
      text: textFrom(fields.object('text')),
      json: jsonFrom(fields.object('json')),
      bitErrorRate: fields.number('bitErrorRate', { to: 1 }),
      maxBytes: fields.number('maxBytes', { from: 1, to: mostAlteredBytes, isWhole: true }),
    });
  },
  headers: (fields): HeadersFault => {
    const set = headerTexts(fields, 'set');
    const remove = fields.list('remove')?.map((name, index) => {
      if (typeof name === 'string' && headerName.test(name)) return name;
      throw wrong(`${fields.at('remove')}[${index}]`, 'the name of a header', name);
    });
    if (set === undefined && remove === undefined) {
      throw new FieldError(`expected ${fields.where} to have set, remove or both`);
    }
    return given<HeadersFault>({
      type: 'headers',
      on: fields.word('on', ['request', 'response']),
      set,
      remove,
    });
  },
};

/** @throws FieldError */
export function faultFrom(fields: Fields): HttpFault {
  const types = Object.keys(readers) as HttpFault['type'][];
  const type = fields.word('type', types);
  if (type === undefined) throw wrong(fields.at('type'), `one of ${types.join(', ')}`, type);
  const fault = readers[type](fields);
  fields.done();
  return fault;
}

/** @throws FieldError for a name or a value that no header can have */
export function headerTexts(fields: Fields, name: string): Readonly<Record<string, string>> | undefined {
  const texts = fields.texts(name, (key, where) => {
    if (!headerName.test(key)) throw wrong(where, 'the name of a header', key);
  });
  for (const [key, value] of Object.entries(texts ?? {})) {
    if (!headerValue.test(value)) throw wrong(`${fields.at(name)}.${key}`, 'one line of Latin-1', value);
  }
  return texts;
}

function exactlyOne(fields: Fields, names: readonly string[]): void {
  const found = names.filter((name) => fields.has(name));
  if (found.length === 1) return;
  const got = found.length === 0 ? 'none' : found.join(' and ');
  throw new FieldError(`expected ${fields.where} to have one of ${names.join(', ')}, got ${got}`);
}

function textFrom(fields: Fields | undefined): AlterFault['text'] {
  if (fields === undefined) return undefined;
  const find = fields.text('find', /[^]/, 'a string that is not empty');
  const replace = fields.text('replace');
  fields.done();
  if (find === undefined) throw wrong(fields.at('find'), 'a string that is not empty', find);
  if (replace === undefined) throw wrong(fields.at('replace'), 'a string', replace);
  return { find, replace };
}

function jsonFrom(fields: Fields | undefined): AlterFault['json'] {
  if (fields === undefined) return undefined;
  const path = fields.text('path');
  const value = fields.raw('value');
  fields.done();
  if (path === undefined || jsonPath(path) === null) {
    throw wrong(fields.at('path'), 'a path as items[0].price', path);
  }
  if (value === undefined) throw wrong(fields.at('value'), 'a JSON value', value);
  return { path, value };
}
