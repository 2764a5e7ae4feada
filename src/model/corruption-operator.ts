/** What each operator makes of a value, by name. */
export const corruptionOperators = {
  'bit-flip': 'one bit of a number, bigint, text or bytes is the other one',
  'off-by-one': 'a number or bigint is one more or one less',
  negate: 'a number or bigint has the other sign',
  nan: 'a number is NaN',
  infinity: 'a number is Infinity or -Infinity',
  boundary: 'a number is one that code forgets: 0, -1, 2^31, 2^53, the smallest, the largest',
  scale: 'a number is ten times as large or a tenth',
  'unit-error': 'a number is a thousand times as large or a thousandth, as seconds for milliseconds',
  'type-confusion': 'a number or boolean is text, text is a number or a list, a list its first element',
  toggle: 'a boolean is the other one',
  null: 'a value is null',
  undefined: 'a value is undefined',
  truncate: 'text, a list or bytes lose their second half',
  empty: 'text, a list or bytes are empty',
  'insert-character': 'text holds a control character, or one that is not seen',
  'flip-case': 'the letters of text have the other case',
  mojibake: 'text is UTF-8 read as Latin-1',
  'duplicate-element': 'one element of a list is there twice',
  'drop-element': 'one element of a list is missing',
  'swap-elements': 'two neighbours in a list have changed places',
  reverse: 'a list is the other way round',
  sparse: 'one element of a list is a hole',
  'duplicate-id': 'one element of a list has the id of its neighbour',
  'date-shift': 'a date is a day or an hour off',
  'invalid-date': 'a date is invalid',
  'drop-field': 'one field of a plain object is missing',
  'rename-field': 'one field of a plain object has another case or an underscore',
  'swap-fields': 'two fields of the same type of a plain object have each other’s values',
  'precision-loss':
    'what JSON or 32 bits lose: bigint to number, date to text, undefined fields missing, NaN to null, floats rounded',
  'enum-neighbour': 'text is another one that was seen at the same place, as a valid but wrong status',
  stale: 'an answer is the one that the call before it got',
  replay: 'a message is one that came before',
} as const;

/** One way to corrupt a value. */
export type CorruptionOperator = keyof typeof corruptionOperators;
