import { platformRequire } from './evaluate.js';

/** Who is still connected then is cut off. */
const waitLimitMs = 5_000;

/**
 * Has a process close its inspector as soon as nobody is connected to it. Not earlier: it would wait for the other side,
 * and Node 20 crashes when the other side hangs up in the same moment (`WsHandler::OnCloseFrameWritten` on what is freed).
 */
export const closeExpression = `(() => {
const builtin = ${platformRequire};
const { setTimeout } = builtin('timers');
const { readFile } = builtin('fs');
const inspector = builtin('inspector');
const port = Number(new URL(inspector.url()).port).toString(16).toUpperCase().padStart(4, '0');
// A socket of ours at that port, in any state but that of a listener (0A), which a thread still holds.
const connected = new RegExp('^ *\\\\d+: [0-9A-F]+:' + port + ' \\\\S+ (?!0A)(?:\\\\S+ +){5}\\\\d+ +[1-9]', 'm');
let looks = ${waitLimitMs / 5};
const look = () => readFile('/proc/self/net/tcp', 'latin1', (error, text) => {
  looks -= 1;
  if (looks > 0 && (error || connected.test(text))) setTimeout(look, 5);
  else inspector.close();
});
setTimeout(look, 1);
})()`;
