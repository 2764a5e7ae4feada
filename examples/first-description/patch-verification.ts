// Is a patch as resilient as what it patches? A repair agent asks before it proposes one that asks an inventory again. The
// repository is made of the folders of examples/patches.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyPatch } from '@testagentx/chaos';

const repository = mkdtempSync(join(tmpdir(), 'patched-shop-'));
try {
  execFileSync(process.execPath, ['examples/patches/make-repository.mjs', repository]);
  const result = await verifyPatch({
    repository,
    base: 'main',
    head: 'with-retry',
    build: 'node --check shop.mjs',
    experiments: [join(repository, 'failing.chaos.yaml')],
    // This example may run on a busy machine.
    margins: { p95DuringMs: { share: 0.2, floor: 400 } },
    seed: 7,
  });
  console.log(`${result.verdict}: ${result.reason}`);
  // The score stands with the share of what was tested, or not at all.
  console.log(`Patch resilience: ${result.summary}`);
  for (const { scenario, faults, tolerated } of result.perScenario)
    console.log(`  ${scenario}: ${tolerated} of ${faults} faults tolerated`);
  for (const recommendation of result.recommendations) console.log(`TODO: ${recommendation}`);
} finally {
  rmSync(repository, { recursive: true, force: true });
}
