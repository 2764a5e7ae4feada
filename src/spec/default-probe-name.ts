import { redactUrlCredentials } from '../model/redact.js';

interface Asked {
  readonly http?: string | undefined;
  readonly tcp?: string | undefined;
  readonly command?: string | readonly string[] | undefined;
}

/**
 * The name of a probe that has none: what it asks, at most 80 characters. Credentials, query and fragment of a URL
 * stay out of it, because names go into reports. Undefined when nothing is asked.
 */
export function defaultProbeName({ http, tcp, command }: Asked): string | undefined {
  const name = nameOf(http, tcp, command);
  return name === undefined
    ? undefined
    : redactUrlCredentials(name).replaceAll(/\s+/g, ' ').trim().slice(0, 80);
}

function nameOf(http: Asked['http'], tcp: Asked['tcp'], command: Asked['command']): string | undefined {
  if (http !== undefined) {
    if (!URL.canParse(http)) return undefined;
    const { host, pathname } = new URL(http);
    return pathname === '/' ? host : `${host}${pathname}`;
  }
  if (tcp !== undefined) return tcp;
  return typeof command === 'object' ? command.join(' ') : command;
}
