import { burstDrop } from '../udp/toxics/burst-drop.js';
import { delay } from '../udp/toxics/delay.js';
import { drop } from '../udp/toxics/drop.js';
import { duplicate } from '../udp/toxics/duplicate.js';
import { flipBits } from '../udp/toxics/flip-bits.js';
import { reorder } from '../udp/toxics/reorder.js';
import { truncate } from '../udp/toxics/truncate.js';
import { bandwidth } from './bandwidth.js';
import { connectionRate } from './connection-rate.js';
import { corrupt } from './corrupt.js';
import { halfOpen } from './half-open.js';
import { latency } from './latency.js';
import { limitData } from './limit-data.js';
import { loss } from './loss.js';
import { noop } from './noop.js';
import { packetLoss } from './packet-loss.js';
import { refuse } from './refuse.js';
import { resetPeer } from './reset-peer.js';
import { slicer } from './slicer.js';
import { slowClose } from './slow-close.js';
import { slowOpen } from './slow-open.js';
import { timeout } from './timeout.js';
import type { ToxicKind } from './toxic-kind.js';

const all = [
  bandwidth,
  burstDrop,
  connectionRate,
  corrupt,
  delay,
  drop,
  duplicate,
  flipBits,
  halfOpen,
  latency,
  limitData,
  loss,
  noop,
  packetLoss,
  refuse,
  reorder,
  resetPeer,
  slicer,
  slowClose,
  slowOpen,
  timeout,
  truncate,
] as const;

/** Every kind of toxic by its type. A new kind is a file and two lines here. */
export const toxicKinds: ReadonlyMap<string, ToxicKind> = new Map(all.map((kind) => [kind.type, kind]));
