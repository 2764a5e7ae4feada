import { z } from 'zod';
import { isPeerPattern } from '../peer-pattern.js';

/** Peers by name, address or network; names may hold `*`. */
export const peerPatternSchema = z.string().refine(isPeerPattern, {
  error: 'a host, host:port, IP address or network such as 10.0.0.0/8',
});
