import type { ToxicKind } from './toxic-kind.js';
import { toxicKinds } from './toxic-kinds.js';

export type Protocol = 'tcp' | 'udp';

/** What a kind of toxic works on: streams of bytes, or datagrams. */
export function protocolOf(kind: ToxicKind): Protocol {
  return kind.acts === 'on-datagrams' ? 'udp' : 'tcp';
}

/** What is wrong with a kind of toxic on a proxy of some protocol, and what would be right; null: nothing. */
export function misfit(kind: ToxicKind, protocol: Protocol): string | null {
  if (protocolOf(kind) === protocol) return null;
  const fitting = [...toxicKinds.values()].filter((each) => protocolOf(each) === protocol);
  const [its, other] = protocol === 'udp' ? ['UDP', 'TCP'] : ['TCP', 'UDP'];
  return `${kind.type} is a toxic for ${other}; for ${its} there are ${fitting.map(({ type }) => type).join(', ')}`;
}
