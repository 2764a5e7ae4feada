import type { Socket } from 'node:net';
import { connect, createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { ChaosError } from '../../model/chaos-error.js';
import type { End } from './end.js';

/** A certificate with its key, in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** How an upstream's TLS is checked. */
export interface UpstreamTls {
  /** Authorities to trust in the place of the system's, in PEM. */
  readonly ca?: string;
  /** The name asked for, which its certificate must have. Default: the host of the upstream. */
  readonly servername?: string;
  /** Takes any certificate. Default: true, which is to check. */
  readonly rejectUnauthorized?: boolean;
}

/** @throws ChaosError INVALID_INPUT for what is no certificate with its key */
export function secureContext({ cert, key }: Certificate): SecureContext {
  try {
    return createSecureContext({ cert, key });
  } catch (cause) {
    throw new ChaosError(
      'INVALID_INPUT',
      `expected tls to be a certificate and its key in PEM: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
}

/** The client's side, by TLS: only HTTP/1.1 is offered. */
export function terminated(raw: Socket, context: SecureContext): End {
  const stream = new TLSSocket(raw, {
    isServer: true,
    secureContext: context,
    ALPNProtocols: ['http/1.1'],
  });
  return { stream, raw };
}

/** The upstream's side, by TLS. */
export function originated(raw: Socket, host: string, tls: UpstreamTls): End {
  const { servername = /^[\d.]+$|:/.test(host) ? '' : host, ...rest } = tls;
  return { stream: connect({ socket: raw, host, servername, ALPNProtocols: ['http/1.1'], ...rest }), raw };
}
