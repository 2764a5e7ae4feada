import type { Fault } from '../../model/fault.js';
import { bandwidthOnOwnNetwork } from './kernel/bandwidth-on-own-network.js';
import { connectionRateOnAddress } from './kernel/connection-rate-on-address.js';
import { connectionRateOnOwnNetwork } from './kernel/connection-rate-on-own-network.js';
import { latencyOnOwnNetwork } from './kernel/latency-on-own-network.js';
import { lossOnAddress } from './kernel/loss-on-address.js';
import { lossOnOwnNetwork } from './kernel/loss-on-own-network.js';
import { partitionOnOwnNetwork } from './kernel/partition-on-own-network.js';
import { partitionOnAddress } from './kernel/partition-on-address.js';
import { bandwidthOnDependency } from './bandwidth-on-dependency.js';
import { bandwidthOnRunning } from './bandwidth-on-running.js';
import { bandwidthOnStarted } from './bandwidth-on-started.js';
import { bandwidthOnThisProcess } from './bandwidth-on-this-process.js';
import { connectionRateOnDependency } from './connection-rate-on-dependency.js';
import { connectionRateOnRunning } from './connection-rate-on-running.js';
import { connectionRateOnStarted } from './connection-rate-on-started.js';
import { connectionRateOnThisProcess } from './connection-rate-on-this-process.js';
import { dnsOnRunning } from './dns-on-running.js';
import { dnsOnStarted } from './dns-on-started.js';
import { dnsOnThisProcess } from './dns-on-this-process.js';
import { latencyOnDependency } from './latency-on-dependency.js';
import { latencyOnRunning } from './latency-on-running.js';
import { latencyOnStarted } from './latency-on-started.js';
import { latencyOnThisProcess } from './latency-on-this-process.js';
import { lossOnDependency } from './loss-on-dependency.js';
import { lossOnRunning } from './loss-on-running.js';
import { lossOnStarted } from './loss-on-started.js';
import { lossOnThisProcess } from './loss-on-this-process.js';
import { partitionOnDependency } from './partition-on-dependency.js';
import { partitionOnRunning } from './partition-on-running.js';
import { partitionOnStarted } from './partition-on-started.js';
import { partitionOnThisProcess } from './partition-on-this-process.js';
import { resetOnDependency } from './reset-on-dependency.js';
import { resetOnRunning } from './reset-on-running.js';
import { resetOnStarted } from './reset-on-started.js';
import { resetOnThisProcess } from './reset-on-this-process.js';

/** The network faults. */
export const networkFaults: readonly Fault[] = [
  // Before the proxy: who gives a target a network of its own wants its packets broken.
  lossOnOwnNetwork,
  partitionOnOwnNetwork,
  bandwidthOnOwnNetwork,
  connectionRateOnOwnNetwork,
  latencyOnOwnNetwork,
  latencyOnDependency,
  partitionOnDependency,
  lossOnDependency,
  bandwidthOnDependency,
  resetOnDependency,
  connectionRateOnDependency,
  latencyOnStarted,
  partitionOnStarted,
  lossOnStarted,
  bandwidthOnStarted,
  resetOnStarted,
  connectionRateOnStarted,
  dnsOnStarted,
  latencyOnRunning,
  partitionOnRunning,
  lossOnRunning,
  bandwidthOnRunning,
  resetOnRunning,
  connectionRateOnRunning,
  dnsOnRunning,
  latencyOnThisProcess,
  partitionOnThisProcess,
  lossOnThisProcess,
  lossOnAddress,
  partitionOnAddress,
  connectionRateOnAddress,
  bandwidthOnThisProcess,
  resetOnThisProcess,
  connectionRateOnThisProcess,
  dnsOnThisProcess,
];
