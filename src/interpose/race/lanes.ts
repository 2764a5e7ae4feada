import { Lane } from './lane.js';

/** One lane for each object or name whose calls keep their order. */
export class Lanes {
  readonly #ofObjects = new WeakMap<object, Lane>();
  readonly #ofNames = new Map<string, Lane>();

  /** The lane, when somebody waits in it. */
  busy(of: object | string): Lane | null {
    const lane = typeof of === 'string' ? this.#ofNames.get(of) : this.#ofObjects.get(of);
    if (lane === undefined) return null;
    if (!lane.isEmpty) return lane;
    if (typeof of === 'string') this.#ofNames.delete(of);
    return null;
  }

  of(of: object | string): Lane {
    const busy = this.busy(of);
    if (busy !== null) return busy;
    const lane = new Lane();
    if (typeof of === 'string') this.#ofNames.set(of, lane);
    else this.#ofObjects.set(of, lane);
    return lane;
  }
}
