import { counted } from './network/counted.js';

/** That agents had put a fault back meanwhile, for evidence; empty when they never did. */
export function pausesText(pauses: number): string {
  return pauses === 0 ? '' : `; put back ${counted(pauses, 'time')} while this process was stalled`;
}
