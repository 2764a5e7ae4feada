import type { Direction, Toxic } from '../../../model/network.js';
import type { RouterLink, TrafficClasses } from '../../../undo/traffic-class.js';

/** What a link can do to packets that pass it: each waits for its turn, or for a time. */
export type LinkShape = Extract<Toxic, { readonly type: 'bandwidth' | 'latency' }>;

/** The scenarios that a link can make. */
export type LinkShapeType = 'BANDWIDTH' | 'NETWORK_LATENCY';

/** So much may pass at once after a pause: a clock that is late must not cost bandwidth. */
const burstMs = 10;
/** What waits at most, as routers have it; and never less than twice the first packets of a TCP connection. */
const queueMs = 1_000;
const leastQueueBytes = 20 * 1_514;
/** Of a link that only delays. */
const unlimitedBytesPerSecond = 1_250_000_000;
const mostDelayedPackets = 100_000;

/** The links on which packets wait that flow in a direction, seen from the target. */
export function linksFor(direction: Direction): readonly RouterLink[] {
  switch (direction) {
    case 'from-target':
      return ['up0'];
    case 'to-target':
      return ['down0'];
    case 'both':
      return ['up0', 'down0'];
  }
}

/** The commands, for `tc -batch`, that make the classes of an injection on a link whose root is htb. */
export function shapeScript(shape: LinkShape, classes: TrafficClasses, link: string): string {
  return [classes.target, classes.checker]
    .flatMap((classId) => [
      `class add dev ${link} parent 1: classid ${classId} htb ${rateOf(shape)} quantum 1514`,
      ...leafOf(shape, classId, link),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

function rateOf(shape: LinkShape): string {
  const rate =
    shape.type === 'bandwidth' ? Math.max(1, Math.round(shape.bytesPerSecond)) : unlimitedBytesPerSecond;
  const burst = Math.max(1, Math.round((rate * burstMs) / 1_000));
  return `rate ${rate}bps burst ${burst}b cburst ${burst}b`;
}

function leafOf(shape: LinkShape, classId: string, link: string): readonly string[] {
  if (shape.type === 'bandwidth') {
    const limit = Math.max(leastQueueBytes, Math.round((shape.bytesPerSecond * queueMs) / 1_000));
    return [`qdisc add dev ${link} parent ${classId} bfifo limit ${limit}`];
  }
  const { minMs, maxMs } = shape;
  const us = (ms: number) => `${Math.round(ms * 1_000)}us`;
  const jitter = maxMs > minMs ? ` ${us((maxMs - minMs) / 2)}` : '';
  const handle = classId.slice('1:'.length);
  return [
    `qdisc add dev ${link} parent ${classId} handle ${handle}: netem delay ${us((minMs + maxMs) / 2)}${jitter} limit ${mostDelayedPackets}`,
    // By itself netem lets what is due earlier overtake.
    `qdisc add dev ${link} parent ${handle}:1 pfifo limit ${mostDelayedPackets}`,
  ];
}
