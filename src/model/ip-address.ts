/** An IP address as a number of 32 or 128 bits. */
export interface IpAddress {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** Reads an IPv4 or IPv6 address, without brackets or zone; null for anything else. */
export function parseIpAddress(text: string): IpAddress | null {
  if (!text.includes(':')) {
    const value = ipv4(text);
    return value === null ? null : { bits: 32, value };
  }
  const value = ipv6(text);
  return value === null ? null : { bits: 128, value };
}

function ipv4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return null;
  return joined(parts.map(BigInt), 8n);
}

function ipv6(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail = []] = halves.map((half, index) =>
    half === '' ? [] : groupsOf(half, index === halves.length - 1),
  );
  if (head === undefined || head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  return joined([...head, ...Array.from({ length: missing }, () => 0n), ...tail], 16n);
}

/** The groups of 16 bits; the last two of an address may be written as IPv4. */
function groupsOf(text: string, isEnd: boolean): readonly bigint[] | null {
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const embedded = isEnd && index === parts.length - 1 ? ipv4(part) : null;
    if (embedded !== null) groups.push(embedded >> 16n, embedded & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`));
    else return null;
  }
  return groups;
}

function joined(groups: readonly bigint[], width: bigint): bigint {
  return groups.reduce((value, group) => (value << width) | group, 0n);
}
