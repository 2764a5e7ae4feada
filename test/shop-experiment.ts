import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CliFolder } from './cli-process.js';

const shop = fileURLToPath(new URL('fixtures/shop.mjs', import.meta.url));

export interface ShopExperiment {
  readonly port: number;
  readonly upstream: number;
  /** How the shop fails by itself. */
  readonly fail?: string;
  /** More for the scenario, after a comma. */
  readonly scenario?: string;
  /** More lines at the end. */
  readonly more?: string;
}

/** An experiment file: a shop of one process that asks an upstream, and high latency between them. */
export function shopExperiment({
  port,
  upstream,
  fail = '',
  scenario = '',
  more = '',
}: ShopExperiment): string {
  return `name: Shop under latency
targetSystem:
  name: shop
  start: ["${process.execPath}", "${shop}"]
  env: { PORT: "${port}", UPSTREAM: "http://127.0.0.1:${upstream}/stock", FAIL: "${fail}" }
  ready: { tcp: "127.0.0.1:${port}", within: 3s }
  dependencies: { stock: { env: UPSTREAM } }
probes:
  - { name: shop, http: "http://127.0.0.1:${port}/", every: 100ms, timeout: 1s }
scenarios:
  - { use: high_latency, duration: 2s, parameters: { latencyMs: 300 }${scenario} }
successCriteria: { p95ResponseMs: 200 }
baseline: 500ms
holdTime: 300ms
maxRecoveryWait: 10s
seed: 7
${more}`;
}

/** @returns the file's name, in the folder that commands run in */
export function writeExperiment(folder: CliFolder, text: string, name = 'shop.yaml'): string {
  writeFileSync(join(folder.path, name), text);
  return name;
}
