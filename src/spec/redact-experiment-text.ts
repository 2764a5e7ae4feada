import { isMap, parseDocument } from 'yaml';
import { redactUrlCredentials } from '../model/redact.js';

/**
 * An experiment file as it may be stored: the names of environment variables without their values, and URLs without
 * credentials. What a run needs to be read again stays.
 */
export function redactExperimentText(text: string): string {
  const document = parseDocument(text);
  const env = document.getIn(['targetSystem', 'env']);
  if (isMap(env)) {
    for (const { key } of env.items) document.setIn(['targetSystem', 'env', key], '(not stored)');
  }
  return redactUrlCredentials(document.toString({ lineWidth: 0 }));
}
