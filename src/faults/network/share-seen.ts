/** Less likely than this is called no chance. */
const chance = 0.0001;
const fewestSamples = 30;
const mostSamples = 200;

/** How many samples tell that something acts at a rate: all of them escape it once in 10,000 looks, where 200 suffice. */
export function samplesFor(rate: number): number {
  if (rate >= 1) return fewestSamples;
  const needed = rate <= 0 ? mostSamples : Math.ceil(Math.log(chance) / Math.log1p(-rate));
  return Math.min(mostSamples, Math.max(fewestSamples, needed));
}

/**
 * What it says of a fault that it hit `hits` of `samples`, when it is to hit each with a probability of `rate`: by the
 * exact binomial distribution. Too few are `no`; too many show that something else hits as well; none proves nothing
 * when that is no rare chance.
 */
export function shareSeen(hits: number, samples: number, rate: number): 'yes' | 'no' | 'unknown' {
  if (samples === 0) return 'unknown';
  if (atMost(hits, samples, rate) < chance) return 'no';
  if (hits === 0) return 'unknown';
  const atLeast = 1 - atMost(hits - 1, samples, rate);
  return atLeast < chance ? 'unknown' : 'yes';
}

/** The probability of at most `hits`. */
function atMost(hits: number, samples: number, rate: number): number {
  if (hits >= samples) return 1;
  if (rate <= 0) return hits < 0 ? 0 : 1;
  if (rate >= 1) return 0;
  let sum = 0;
  let logChoose = 0;
  for (let k = 0; k <= hits; k += 1) {
    if (k > 0) logChoose += Math.log((samples - k + 1) / k);
    sum += Math.exp(logChoose + k * Math.log(rate) + (samples - k) * Math.log1p(-rate));
  }
  return Math.min(1, sum);
}
