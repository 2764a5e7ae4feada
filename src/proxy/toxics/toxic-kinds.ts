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
  connectionRate,
  corrupt,
  halfOpen,
  latency,
  limitData,
  loss,
  noop,
  packetLoss,
  refuse,
  resetPeer,
  slicer,
  slowClose,
  slowOpen,
  timeout,
] as const;

/** Every kind of toxic by its type. A new kind is a file and two lines here. */
export const toxicKinds: ReadonlyMap<string, ToxicKind> = new Map(all.map((kind) => [kind.type, kind]));
