import { randomBytes } from 'node:crypto';
import { type FileHandle, open, mkdir, rename, writeFile } from 'node:fs/promises';
import { systemClock } from '../model/system-clock.js';
import { type AgentFacts, agentFactsIn, leaseFileIn, type NamedFault } from './agent-directory.js';

export type TargetFacts = Pick<
  AgentFacts,
  'dialSocket' | 'modules' | 'handlers' | 'clocks' | 'sparesLaunchers'
>;

/** What the agents of a target find in their directory, written by their controller. */
export class AgentFiles implements AsyncDisposable {
  readonly token = randomBytes(32).toString('base64url');
  readonly #directory: string;
  readonly #facts: TargetFacts;
  readonly #lease: FileHandle;
  #written: Promise<void> = Promise.resolve();

  /** Makes the directory, which must not exist yet. */
  static async make(directory: string, facts: TargetFacts): Promise<AgentFiles> {
    await mkdir(directory, { mode: 0o700 });
    const files = new AgentFiles(directory, facts, await open(leaseFileIn(directory), 'wx', 0o600));
    await files.writeFaults([]);
    return files;
  }

  private constructor(directory: string, facts: TargetFacts, lease: FileHandle) {
    this.#directory = directory;
    this.#facts = facts;
    this.#lease = lease;
  }

  /** Tells agents that come from now on which faults are armed; what is written later is there later. */
  writeFaults(faults: readonly NamedFault[]): Promise<void> {
    const { token } = this;
    const text = JSON.stringify({ token, ...this.#facts, faults } satisfies AgentFacts);
    const path = agentFactsIn(this.#directory);
    const write = async () => {
      await writeFile(`${path}.new`, text, { mode: 0o600 });
      await rename(`${path}.new`, path);
    };
    const written = this.#written.then(write);
    this.#written = written.catch(() => undefined);
    return written;
  }

  /** Says that the controller is alive, to agents whose thread is blocked. */
  async renewLease(): Promise<void> {
    const now = systemClock.wallMs() / 1_000;
    await this.#lease.utimes(now, now);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#written;
    await this.#lease.close();
  }
}
