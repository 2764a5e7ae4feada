/**
 * What is loaded into each Node process and thread of a target before its own code, by `--require`: no more than what finds
 * out whether there is anything to do. The rest is in files beside it, none of which has dependencies.
 *
 * It must never be what breaks the target: without a run, nothing happens.
 */
import type * as agent from './enter.js';
import { isLoaderThread } from './is-loader-thread.js';
import { OwnFiles } from './own-files.js';

try {
  const directory = process.env['CHAOSX_AGENT'];
  if (directory !== undefined && !isLoaderThread()) {
    const files = new OwnFiles(__dirname);
    (files.load('agent.cjs') as typeof agent).enter(directory, files);
  }
} catch {
  // The target goes on as it would without us; the run sees that there is no agent.
}
