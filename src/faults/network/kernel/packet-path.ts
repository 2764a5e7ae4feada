import type { Address } from '../../../model/network.js';

/** Packets to and from one place, as rules of one network namespace see them. */
export interface PacketPath {
  /** An IP address and a port, of TCP and UDP alike. */
  readonly place: Address;
  /** What packets that go to the place are, seen from the target. */
  readonly towards: 'to-target' | 'from-target';
  /**
   * Where they pass. `local`: the place is an address of this namespace. `remote`: it is elsewhere, and those who talk
   * to it are here. `forwarded`: both are elsewhere, and this namespace is the router between them.
   */
  readonly passing: 'local' | 'remote' | 'forwarded';
}

/** A path, and what people call the place. */
export interface NamedPath {
  readonly component: string;
  readonly path: PacketPath;
}
