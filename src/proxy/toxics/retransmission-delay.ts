/** Bytes of a full TCP segment on Ethernet: 1500 without 20 for IP, 20 for TCP and 12 for its timestamps. */
export const segmentBytes = 1_448;
/** Linux's shortest retransmission timeout (TCP_RTO_MIN). */
const firstTimeoutMs = 200;
/** Nobody waits for the seventh attempt: 12.6 s. */
const mostLosses = 6;

/**
 * How long bytes are late, in ms, when their packets are lost at a rate, as the other side of a TCP connection sees it:
 * nothing is missing, but what was lost comes a retransmission timeout later, which doubles with each further loss
 * (RFC 6298). Of several packets the one that was lost most often decides, because the order is kept.
 *
 * @param draw - uniform in [0, 1) for the n-th packet of the connection's way
 * @param packet - the number of the first packet
 */
export function retransmissionDelayMs(
  lossRate: number,
  bytes: number,
  draw: (n: number) => number,
  packet: number,
): number {
  if (lossRate <= 0) return 0;
  let losses = 0;
  for (let n = packet; n < packet + packetsIn(bytes); n += 1) {
    // The number of losses in a row is geometric: at least k with probability lossRate^k.
    const inARow = lossRate >= 1 ? mostLosses : Math.floor(Math.log(1 - draw(n)) / Math.log(lossRate));
    losses = Math.max(losses, Math.min(inARow, mostLosses));
  }
  return firstTimeoutMs * (2 ** losses - 1);
}

/** How many packets carry so many bytes; an end of the stream is one as well. */
export function packetsIn(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / segmentBytes));
}
