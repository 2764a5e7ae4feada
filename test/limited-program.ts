import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { groupPlace } from '../src/faults/resource/cgroup/group-place.js';
import { closedPort } from './network-servers.js';

const problems = (['cpu', 'memory', 'pids'] as const).flatMap((controller) => {
  const place = groupPlace(null, controller);
  return typeof place === 'string' ? [place] : [];
});

/** Whether this machine lets a test make control groups. CI must; elsewhere such tests are skipped, with the reason. */
export const hasCgroups = problems.length === 0 || process.env['CI'] !== undefined;

if (problems.length > 0) console.warn(`control groups cannot be tested here: ${problems.join('; ')}`);

/** No Node program: it has a child, and for each line that it is sent uses CPU time, has a child use memory, or starts one. */
const program = String.raw`
use IO::Socket::INET; $| = 1; $SIG{PIPE} = 'IGNORE';
my $child = fork // die; if (!$child) { sleep 600; exit 0 }
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $ARGV[0], Listen => 8, ReuseAddr => 1) or die;
print "ready $child\n";
while (my $client = $server->accept) {
  my $line = <$client> // '';
  if ($line =~ /work/) { my $until = (times)[0] + 0.06; while ((times)[0] < $until) {} print $client "done\n" }
  else {
    my $pid = fork;
    if (!defined $pid) { print $client "none\n" }
    elsif (!$pid) { my $held = 'x' x ($line =~ /grow/ ? 64 << 20 : 1); exit(length($held) > 0 ? 0 : 1) }
    else { waitpid $pid, 0; print $client (($? & 127) ? "killed\n" : "done\n") }
  }
  close $client;
}`;

/** How the program is started. */
export const limitedCommand = (port: number) => ['perl', '-e', program, String(port)] as const;

/** Has it do something, and says how that ended and how long it took, in ms. */
export async function askLimited(port: number, what: 'work' | 'grow' | 'fork') {
  const startedMs = performance.now();
  const socket = connect(port, '127.0.0.1');
  try {
    socket.setEncoding('utf8').write(`${what}\n`);
    const [answer] = (await once(socket, 'data')) as [string];
    return { answer: answer.trim(), tookMs: performance.now() - startedMs };
  } finally {
    socket.destroy();
  }
}

/** Starts it outside of any run. */
export async function startLimited() {
  const port = await closedPort();
  const [command, ...args] = limitedCommand(port);
  const process_ = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  const [said] = (await once(process_.stdout, 'data')) as [Buffer];
  const pid = process_.pid ?? 0;
  return {
    port,
    pid,
    child: Number(said.toString().split(' ')[1]),
    async [Symbol.asyncDispose]() {
      const exited = once(process_, 'exit');
      process.kill(-pid, 'SIGKILL');
      await exited;
    },
  };
}
