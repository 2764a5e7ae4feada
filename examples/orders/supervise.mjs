// Runs the service and starts it again whenever it ends, as systemd, Docker or Kubernetes would.
import { spawn } from 'node:child_process';

const [program, ...args] = process.argv.slice(2);
let isOver = false;
let service;

function start() {
  service = spawn(program, args, { stdio: 'inherit' });
  service.once('exit', () => {
    if (!isOver) setTimeout(start, 200);
  });
}

process.once('SIGTERM', () => {
  isOver = true;
  service.kill();
});
start();
