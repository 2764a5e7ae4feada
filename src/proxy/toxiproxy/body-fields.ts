import { badBody } from './api-error.js';
import { Decimal, type JsonObject, type JsonValue, readJson } from './read-json.js';

/**
 * A request's body as an object; `null` is an empty one.
 *
 * @throws ApiError 400
 */
export function objectBody(text: string): JsonObject {
  const value = jsonBody(text);
  if (value === null) return new Map();
  if (value instanceof Map) return value as JsonObject;
  throw badBody(`expected an object, got ${kindOf(value)}`);
}

/** @throws ApiError 400 */
export function jsonBody(text: string): JsonValue {
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw badBody(error.message);
    throw error;
  }
}

/** A field as a text; undefined when absent or null. */
export function textField(body: JsonObject, name: string): string | undefined {
  return field(body, name, 'a string', (value) => (typeof value === 'string' ? value : undefined));
}

export function booleanField(body: JsonObject, name: string): boolean | undefined {
  return field(body, name, 'true or false', (value) => (typeof value === 'boolean' ? value : undefined));
}

export function numberField(body: JsonObject, name: string): number | undefined {
  return field(body, name, 'a number', asNumber);
}

export function integerField(body: JsonObject, name: string): number | undefined {
  return field(body, name, 'a whole number', (value) => (typeof value === 'number' ? value : undefined));
}

export function objectField(body: JsonObject, name: string): JsonObject | undefined {
  return field(body, name, 'an object', (value) =>
    value instanceof Map ? (value as JsonObject) : undefined,
  );
}

export function listField(body: JsonObject, name: string): readonly JsonValue[] | undefined {
  return field(body, name, 'an array', (value) =>
    Array.isArray(value) ? (value as JsonValue[]) : undefined,
  );
}

function field<T>(
  body: JsonObject,
  name: string,
  expected: string,
  read: (value: JsonValue) => T | undefined,
): T | undefined {
  const value = body.get(name.toLowerCase());
  if (value === undefined || value === null) return undefined;
  const found = read(value);
  if (found === undefined) throw badBody(`expected ${name} to be ${expected}, got ${kindOf(value)}`);
  return found;
}

function asNumber(value: JsonValue): number | undefined {
  if (value instanceof Decimal) return value.value;
  return typeof value === 'number' ? value : undefined;
}

function kindOf(value: JsonValue): string {
  if (value instanceof Decimal) return String(value.value);
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Map) return 'an object';
  return JSON.stringify(value);
}
