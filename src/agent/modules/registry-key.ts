/** `Symbol.for` of this is where prepared modules find the registry of their thread. */
export const registryKey = 'chaosx.modules';
