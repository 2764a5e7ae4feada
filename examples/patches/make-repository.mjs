// Makes a git repository out of the folders beside this file: `main` is base/, and on it lie the branches `without-timeout`
// and `with-retry`, a patch each.
//
//   node examples/patches/make-repository.mjs /tmp/shop && cd /tmp/shop
//   chaosx compare --base main --head without-timeout slow.chaos.yaml     # exit 1: worse
//   chaosx compare --base main --head with-retry failing.chaos.yaml       # exit 0: not worse
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [, , repository] = process.argv;
if (repository === undefined) throw new Error('name the folder of the repository to make');

const git = (...args) =>
  execFileSync('git', ['-c', 'user.name=Example', '-c', 'user.email=example@localhost', ...args], {
    cwd: repository,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
const commit = (folder, message) => {
  cpSync(fileURLToPath(new URL(folder, import.meta.url)), repository, { recursive: true });
  git('add', '--all');
  git('commit', '--quiet', '--message', message);
};

mkdirSync(repository, { recursive: true });
git('init', '--quiet', '--initial-branch', 'main');
commit('base', 'A shop that asks its inventory');
for (const [branch, message] of [
  ['without-timeout', 'Simplify: the inventory always answers'],
  ['with-retry', 'Ask again when the inventory fails at once'],
]) {
  git('checkout', '--quiet', '-b', branch, 'main');
  commit(branch, message);
}
git('checkout', '--quiet', 'main');
