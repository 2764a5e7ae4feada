import type { Support } from '../../../model/fault.js';
import { timeoutSignal } from '../../../model/timeout-signal.js';
import { runTool } from '../../../undo/run-tool.js';
import { trafficClassesOf } from '../../../undo/traffic-class.js';
import { type LinkShape, shapeScript } from './link-shape.js';

const limitMs = 5_000;
const shapes: { readonly [T in LinkShape['type']]: LinkShape } = {
  bandwidth: { type: 'bandwidth', bytesPerSecond: 1_000, direction: 'both' },
  latency: { type: 'latency', minMs: 1, maxMs: 2, direction: 'to-target', seed: 0 },
};

/** Can links be shaped so here? Asks the kernel in a network namespace that is gone with the question. */
export async function canShape(type: LinkShape['type']): Promise<Support> {
  const script = `qdisc add dev lo root handle 1: htb\n${shapeScript(shapes[type], trafficClassesOf('check'), 'lo')}`;
  const { code, stderr } = await runTool('unshare', ['--net', '--', 'tc', '-batch', '-'], {
    input: script,
    signal: timeoutSignal(limitMs),
  });
  if (code === 0) return { supported: true };
  if (code === null) return refused('unshare, which is not installed (Debian: util-linux)');
  if (/failed to execute tc/.test(stderr)) return refused('tc, which is not installed (Debian: iproute2)');
  if (/qdisc kind is unknown/.test(stderr)) {
    return refused(
      type === 'latency'
        ? 'netem (sch_netem), which this kernel does not have'
        : 'htb (sch_htb), which this kernel does not have',
    );
  }
  return {
    supported: false,
    reason: `the kernel refuses to shape links: ${stderr.trim().split('\n')[0] ?? ''}`,
  };
}

function refused(what: string): Support {
  return { supported: false, reason: `in its own network, packets wait by means of ${what}` };
}
