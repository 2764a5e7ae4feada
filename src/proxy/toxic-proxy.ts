import { ChaosError } from '../model/chaos-error.js';
import { NetworkProxy, type NetworkProxyOptions, type OpenConnection } from './network-proxy.js';
import { ProxyToxic, type ToxicSpec } from './proxy-toxic.js';
import { ToxicCourse } from './toxic-course.js';
import { misfit, type Protocol } from './toxics/misfit.js';
import type { Settings } from './toxics/toxic-kind.js';

export interface ToxicProxyOptions extends NetworkProxyOptions {
  readonly toxics?: readonly ToxicSpec[];
}

/** What a client has with a proxy, and toxics act on. */
interface Exposed extends OpenConnection {
  /** @param isNew - false for what was there when the toxic came */
  add(toxic: ProxyToxic, isNew: boolean): void;
  change(toxic: ProxyToxic): void;
  /** What it held goes on. */
  remove(toxic: ProxyToxic): void;
}

/** A proxy on whose connections or sessions toxics act. They are added, changed and removed while it serves. */
export abstract class ToxicProxy<C extends Exposed> extends NetworkProxy {
  abstract readonly protocol: Protocol;
  abstract override readonly connections: readonly C[];
  readonly #courses = new Map<ProxyToxic, ToxicCourse>();
  #toxics: readonly ProxyToxic[] = [];

  /** Those that act from client to server first, each in the order of adding. */
  get toxics(): readonly ProxyToxic[] {
    const towards = (way: string) => this.#toxics.filter((toxic) => toxic.way === way);
    return [...towards('from-target'), ...towards('to-target')];
  }

  toxic(name: string): ProxyToxic | undefined {
    return this.#toxics.find((toxic) => toxic.name === name);
  }

  /**
   * Acts on what is open at once. Its name must be free.
   *
   * @throws ChaosError INVALID_INPUT when it is one for another protocol
   */
  addToxic(spec: ToxicSpec): ProxyToxic {
    const problem = misfit(spec.kind, this.protocol);
    if (problem !== null) throw new ChaosError('INVALID_INPUT', problem);
    const toxic = new ProxyToxic(spec);
    this.#toxics = [...this.#toxics, toxic];
    for (const connection of this.connections) connection.add(toxic, false);
    this.#courses.set(toxic, this.#courseOf(toxic));
    this.emit({ type: 'toxic-added', toxic: toxic.name });
    return toxic;
  }

  /** At once on all that is open; the rolls stay. Resolves once a port that it had shut is open again. */
  async changeToxic(toxic: ProxyToxic, settings: Settings, toxicity: number): Promise<void> {
    toxic.change(settings, toxicity);
    this.emit({ type: 'toxic-changed', toxic: toxic.name });
    await this.#changed(toxic);
  }

  /** What it held goes on at once, to the toxics behind it. Resolves once a port that it had shut is open again. */
  async removeToxic(toxic: ProxyToxic): Promise<void> {
    if (!this.#toxics.includes(toxic)) return;
    this.#toxics = this.#toxics.filter((each) => each !== toxic);
    this.#courses.get(toxic)?.[Symbol.dispose]();
    this.#courses.delete(toxic);
    for (const connection of this.connections) connection.remove(toxic);
    this.emit({ type: 'toxic-removed', toxic: toxic.name });
    await this.toxicsChanged();
  }

  /** A toxic is other than before, or gone: a port may have to be opened or closed. */
  protected abstract toxicsChanged(): void | Promise<void>;

  protected addTo(connection: C): void {
    for (const toxic of this.#toxics) connection.add(toxic, true);
  }

  protected override dropFaults(): void {
    for (const course of this.#courses.values()) course[Symbol.dispose]();
  }

  async #changed(toxic: ProxyToxic): Promise<void> {
    for (const connection of this.connections) connection.change(toxic);
    await this.toxicsChanged();
  }

  #courseOf(toxic: ProxyToxic): ToxicCourse {
    const unheard = (work: Promise<void>) => {
      work.catch((error: unknown) => this.emit({ type: 'failed', error: String(error) }));
    };
    return new ToxicCourse(
      toxic,
      () => unheard(this.#changed(toxic)),
      () => {
        this.emit({ type: 'toxic-expired', toxic: toxic.name });
        unheard(this.removeToxic(toxic));
      },
    );
  }
}
