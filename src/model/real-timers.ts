/**
 * Timers as they are when this module loads, before any fault on clocks: whatever of ours waits takes them from here, for
 * those of `globalThis` are the program's.
 */
export const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate } =
  globalThis;
