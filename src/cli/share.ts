import { InvalidArgumentError } from 'commander';

/** An option's value as a share of 0–1: `5%`, `0.05`. */
export function share(text: string): number {
  const [, number, percent] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text) ?? [];
  const value = Number(number ?? Number.NaN) / (percent === '%' ? 100 : 1);
  if (value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError(
    `expected percent, such as 5%, or a share from 0 to 1, such as 0.05, got ${JSON.stringify(text)}.`,
  );
}
