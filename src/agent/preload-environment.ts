import { agentVariable } from './agent-directory.js';

/**
 * The variables that load the agent into a process and all that it starts, as far as these are Node.
 *
 * @param nodeOptions - the `NODE_OPTIONS` that the process would have: they are kept, and come first
 * @param agentPath - absolute path of the agent's file
 * @param directory - of the agents: where they find their controller
 */
export function preloadEnvironment(
  nodeOptions: string | undefined,
  agentPath: string,
  directory: string,
): Readonly<Record<string, string>> {
  // Node splits at spaces and takes backslash escapes between double quotes.
  const quoted = `"${agentPath.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  const options = [...(nodeOptions?.trim() ? [nodeOptions] : []), `--require ${quoted}`].join(' ');
  return { NODE_OPTIONS: options, [agentVariable]: directory };
}
