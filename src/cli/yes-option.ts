import { Option } from 'commander';

const consent =
  'allow what hits others: every local process at the address of a target, or a process of another user';

/** `--yes`: nobody is asked. */
export function yesOption(also = ''): Option {
  return new Option('--yes', `${also}${consent}`);
}
