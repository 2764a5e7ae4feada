import { z } from 'zod';

function isHttpUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url?.protocol === 'http:' || url?.protocol === 'https:';
}

function hasValidPort(text: string): boolean {
  const port = Number(text.slice(text.lastIndexOf(':') + 1));
  return port >= 1 && port <= 65_535;
}

const hostAndPort = 'an address as host:port, such as 127.0.0.1:5432 or [::1]:5432';
const ipAndPort = 'an IP address and a port, such as 10.0.0.5:5432 or [fd00::5]:5432';

/** `host:port`; IPv6 hosts in brackets. */
export const addressSchema = z
  .string()
  .regex(/^(\[[0-9a-fA-F:.%]+\]|[^\s:/[\]@]+):\d{1,5}$/, { error: hostAndPort })
  .refine(hasValidPort, { error: hostAndPort });

/** `IP:port`: rules of the kernel know no names. IPv6 in brackets. */
export const ipAddressSchema = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+(\.\d+){0,3}\]|\d{1,3}(\.\d{1,3}){3}):\d{1,5}$/, { error: ipAndPort })
  .refine(hasValidPort, { error: ipAndPort });

/** A URL of http or https. */
export const httpUrlSchema = z
  .string()
  .refine(isHttpUrl, { error: 'a URL that begins with http:// or https://' });
