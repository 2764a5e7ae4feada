import { readFileSync } from 'node:fs';

/** What tasks wait for. */
export type PressedResource = 'cpu' | 'memory' | 'io';

/** How much tasks of the machine have waited (PSI, `/proc/pressure`): some of them, and all that could have worked. */
export type Pressure = readonly {
  readonly who: string;
  /** Share of the last 10 s, in percent. */
  readonly lately: number;
  /** Since the machine started, in ms. */
  readonly waitedMs: number;
}[];

/** null where the kernel does not tell. */
export function readPressure(resource: PressedResource): Pressure | null {
  try {
    return parsePressure(readFileSync(`/proc/pressure/${resource}`, 'utf8'));
  } catch {
    // No such file, or EOPNOTSUPP where it is built in and switched off.
    return null;
  }
}

/** Reads lines such as `some avg10=0.12 avg60=0.05 avg300=0.01 total=12345`. */
export function parsePressure(text: string): Pressure {
  return text.split('\n').flatMap((line) => {
    const [, who, lately, total] = /^(some|full) avg10=([\d.]+) .*total=(\d+)$/.exec(line) ?? [];
    if (who === undefined) return [];
    return [{ who, lately: Number(lately), waitedMs: Number(total) / 1_000 }];
  });
}
