import { Option } from 'commander';

const consent = 'allow rules of the kernel that hit every local process at the address of a target';

/** `--yes`: nobody is asked. */
export function yesOption(also = ''): Option {
  return new Option('--yes', `${also}${consent}`);
}
