/** How a function hands data over that came from elsewhere: what it is called with, or what it answers. */
export interface MessageCall {
  /** Where the data is: indices of arguments, or in the answer. Null for a call that brings no message. */
  dataAt(args: readonly unknown[], thisArg: unknown): readonly number[] | 'answer' | null;
}
