/** The far end of a connection: as the program asked for it, and what its name was resolved to. */
export interface Peer {
  readonly host: string;
  readonly port: number;
  readonly addresses: readonly string[];
}
