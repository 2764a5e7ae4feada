/** Says that an operator does not apply to a value. */
export const unchanged = Symbol('unchanged');
