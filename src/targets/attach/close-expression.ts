import { platformRequire } from './evaluate.js';

/** Who is still connected then is cut off. */
const waitLimitMs = 5_000;

/**
 * Has a process close its inspector as soon as nobody is connected to it. Not earlier: it would wait for the other side,
 * and Node 20 crashes when the other side hangs up in the same moment (`WsHandler::OnCloseFrameWritten` on what is freed).
 *
 * In a turn of its own: V8 may evaluate in the middle of `new URL`, whose parts Node hands over in memory that all URLs share,
 * and the program would get those of ours.
 */
export const closeExpression = `(() => {
const builtin = ${platformRequire};
const { setImmediate, setTimeout } = builtin('timers');
setImmediate(() => {
const { readFile } = builtin('fs');
const inspector = builtin('inspector');
const url = inspector.url();
// Somebody else closed it.
if (url === undefined) return;
const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0');
// A socket of ours at that port, in any state but that of a listener (0A), which a thread still holds.
const connected = new RegExp('^ *\\\\d+: [0-9A-F]+:' + port + ' \\\\S+ (?!0A)(?:\\\\S+ +){5}\\\\d+ +[1-9]', 'm');
let looks = ${waitLimitMs / 5};
const look = () => readFile('/proc/self/net/tcp', 'latin1', (error, text) => {
  looks -= 1;
  if (looks > 0 && (error || connected.test(text))) setTimeout(look, 5);
  else inspector.close();
});
setTimeout(look, 1);
});
})()`;
