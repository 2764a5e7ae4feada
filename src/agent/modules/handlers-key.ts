/** `Symbol.for` of this is where prepared modules find who counts their handlers. */
export const handlersKey = 'chaosx.handlers';
