import { packageFile } from '../../../package-file.js';
import { fileURLToPath } from 'node:url';
import type { OwnLeak } from '../../../model/scenario-parameters.js';
import type { LoadCurve } from '../load-curve.js';

/** What a helper of ours does. */
export type Burden =
  | { readonly kind: 'cpu'; readonly cores: number; readonly curve: LoadCurve }
  | { readonly kind: 'memory'; readonly leak: OwnLeak };

/** How the helper is started that does one of these. */
export function burdenCommand(): readonly [string, ...string[]] {
  return [process.execPath, fileURLToPath(packageFile('dist/faults/resource/helper/burden.js'))];
}
