/** One of those that wait for something that another one holds. */
export interface Wait {
  /** Unique among those that wait: `database.query #3`. */
  readonly waiter: string;
  /** What it waits for: `lock A`. */
  readonly resource: string;
  /** Who holds that: another waiter, or who is not known to wait; null while nobody does. */
  readonly heldBy: string | null;
  /** For how long, in ms. */
  readonly forMs: number;
}
