// The load for bench/proxy.mjs, in C so that it is not what is measured.
//   serve                          prints the ports of: a sink, a source, an echo; serves until it is killed
//   up|down PORT MB                moves so many MB one way over one connection; prints bytes a second
//   ask PORT CONNECTIONS SECONDS [APART]   64-byte requests, one in flight a connection, first ones so many us apart;
//                                  prints requests a second, p50, p99 (us)
//   reconnect PORT SECONDS         connect, one request, close; prints connections a second
//   die PORT CONNECTIONS           reads on so many; after half a second resets one after the other within another half
//   relay PORT...                  the least that a proxy of one thread does: a read and a write each way; prints its ports
//   hold PORT CONNECTIONS BYTES    opens so many, each with one echo of so many bytes; prints "ready", holds until stdin ends
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BIG = 1 << 18, REQUEST = 64, MOST = 1 << 17, ACKED = 1 << 24 };
static char big[BIG];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static struct sockaddr_in loopback(int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

static int dial(int port) {
  struct sockaddr_in a = loopback(port);
  int s = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  if (s < 0) fail("socket");
  while (connect(s, (struct sockaddr *)&a, sizeof a) < 0)
    if (errno != EINTR) fail("connect");
  setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return s;
}

static int open_port(int *port) {
  struct sockaddr_in a = loopback(0);
  socklen_t size = sizeof a;
  int s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (bind(s, (struct sockaddr *)&a, sizeof a) || listen(s, 4096)) fail("listen");
  getsockname(s, (struct sockaddr *)&a, &size);
  *port = ntohs(a.sin_port);
  return s;
}

static char role[MOST];
static int left[MOST]; // of an echo, what the kernel did not take yet; of a sink, what came since its last answer

static void watch(int e, int op, int fd, unsigned events) {
  struct epoll_event ev = {.events = events, .data.fd = fd};
  epoll_ctl(e, op, fd, &ev);
}

static void serve(void) {
  int e = epoll_create1(0), port[3], listener[3];
  for (int n = 0; n < 3; n++) {
    listener[n] = open_port(&port[n]);
    watch(e, EPOLL_CTL_ADD, listener[n], EPOLLIN);
  }
  printf("%d %d %d\n", port[0], port[1], port[2]);
  fflush(stdout);
  struct epoll_event evs[256];
  for (;;) {
    int n = epoll_wait(e, evs, 256, -1);
    for (int i = 0; i < n; i++) {
      int fd = evs[i].data.fd, at = -1;
      for (int k = 0; k < 3; k++)
        if (fd == listener[k]) at = k;
      if (at >= 0) {
        int c, one = 1;
        while ((c = accept4(fd, 0, 0, SOCK_NONBLOCK)) >= 0) {
          if (c >= MOST) { close(c); continue; }
          setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
          role[c] = at;
          left[c] = 0;
          watch(e, EPOLL_CTL_ADD, c, at == 1 ? EPOLLIN | EPOLLOUT : EPOLLIN);
        }
        continue;
      }
      if (role[fd] == 1) { // a source writes until the other side closes
        if (evs[i].events & EPOLLIN && read(fd, big, BIG) <= 0) { close(fd); continue; }
        if (evs[i].events & EPOLLOUT && write(fd, big, BIG) < 0 && errno != EAGAIN) close(fd);
        continue;
      }
      if (role[fd] == 2 && left[fd] > 0) {
        ssize_t w = write(fd, big, left[fd] > BIG ? BIG : left[fd]);
        if (w > 0) left[fd] -= w;
        if (left[fd] == 0) watch(e, EPOLL_CTL_MOD, fd, EPOLLIN);
        continue;
      }
      ssize_t r = read(fd, big, BIG);
      if (r < 0 && errno == EAGAIN) continue;
      if (r <= 0) {
        close(fd);
        continue;
      }
      if (role[fd] == 0 && (left[fd] += r) >= ACKED) { // a sink answers a byte for each 16 MiB
        left[fd] -= ACKED;
        if (write(fd, "k", 1) < 0) close(fd);
      }
      if (role[fd] == 2) {
        ssize_t w = write(fd, big, r);
        if (w < r) {
          left[fd] = r - (w > 0 ? w : 0);
          watch(e, EPOLL_CTL_MOD, fd, EPOLLOUT);
        }
      }
    }
  }
}

static void bulk(int up, int port, double megabytes) {
  int s = dial(port), answers = megabytes * 1e6 / ACKED;
  double bytes = (double)answers * ACKED, began = now(), moved = 0;
  while (moved < bytes) {
    ssize_t n = up ? write(s, big, BIG) : read(s, big, BIG);
    if (n <= 0) fail("bulk");
    moved += n;
  }
  while (up && answers > 0) {
    ssize_t n = read(s, big, answers);
    if (n <= 0) fail("no answer");
    answers -= n;
  }
  printf("%.0f\n", moved / (now() - began));
}

static int by_value(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static void ask(int port, int connections, double seconds, int apart) {
  int e = epoll_create1(0);
  double *sent = calloc(MOST, sizeof *sent);
  int *got = calloc(MOST, sizeof *got);
  size_t room = 1 << 24, n = 0;
  float *took = malloc(room * sizeof *took);
  for (int i = 0; i < connections; i++) {
    int s = dial(port);
    watch(e, EPOLL_CTL_ADD, s, EPOLLIN);
    if (apart > 0 && i > 0) usleep(apart);
    sent[s] = now();
    if (write(s, big, REQUEST) != REQUEST) fail("write");
  }
  // The first fifth warms up.
  double began = now(), counted_from = began + seconds / 5, end = began + seconds;
  struct epoll_event evs[256];
  while (now() < end) {
    int ready = epoll_wait(e, evs, 256, 1000);
    for (int i = 0; i < ready; i++) {
      int s = evs[i].data.fd;
      ssize_t r = read(s, big, REQUEST - got[s]);
      if (r <= 0) fail("ask");
      if ((got[s] += r) < REQUEST) continue;
      double t = now();
      got[s] = 0;
      if (t > counted_from && n < room) took[n++] = (t - sent[s]) * 1e6;
      sent[s] = now();
      if (write(s, big, REQUEST) != REQUEST) fail("write");
    }
  }
  if (n == 0) fail("no answer");
  qsort(took, n, sizeof *took, by_value);
  printf("%.0f %.1f %.1f\n", n / (seconds * 0.8), took[n / 2], took[(size_t)(n * 0.99)]);
}

static int other[MOST]; // of a relay's connection, its other half; of a listener, the port that it stands for, negative
static char *held[MOST]; // what a full half did not take yet, `left` of it: as long, its other half is not read
static void interest(int e, int fd) {
  watch(e, EPOLL_CTL_MOD, fd, (left[other[fd]] == 0 ? EPOLLIN : 0) | (left[fd] > 0 ? EPOLLOUT : 0));
}

static int pass(int e, int from, int to) {
  ssize_t r = read(from, big, BIG);
  if (r <= 0) return r < 0 && errno == EAGAIN;
  ssize_t w = send(to, big, r, MSG_NOSIGNAL);
  if (w == r) return 1;
  if (w < 0 && errno != EAGAIN) return 0;
  if (w < 0) w = 0;
  held[to] = realloc(held[to], BIG);
  memcpy(held[to], big + w, left[to] = r - w);
  interest(e, from);
  interest(e, to);
  return 1;
}

static int drain(int e, int to) {
  ssize_t w = send(to, held[to], left[to], MSG_NOSIGNAL);
  if (w < 0) return errno == EAGAIN;
  memmove(held[to], held[to] + w, left[to] -= w);
  interest(e, other[to]);
  interest(e, to);
  return 1;
}

static void relay(int count, char **to) {
  int e = epoll_create1(0);
  for (int n = 0; n < count; n++) {
    int port, s = open_port(&port);
    other[s] = -atoi(to[n]);
    watch(e, EPOLL_CTL_ADD, s, EPOLLIN);
    printf("%d%s", port, n + 1 < count ? " " : "\n");
  }
  fflush(stdout);
  struct epoll_event evs[256];
  for (;;) {
    int n = epoll_wait(e, evs, 256, -1);
    for (int i = 0; i < n; i++) {
      int fd = evs[i].data.fd, half = other[fd], one = 1;
      if (half == 0) continue; // closed by its other half in this turn
      if (half < 0) {
        int c = accept4(fd, 0, 0, SOCK_NONBLOCK);
        if (c < 0) continue;
        int u = dial(-half);
        fcntl(u, F_SETFL, O_NONBLOCK);
        setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        other[c] = u;
        other[u] = c;
        left[c] = left[u] = 0;
        watch(e, EPOLL_CTL_ADD, c, EPOLLIN);
        watch(e, EPOLL_CTL_ADD, u, EPOLLIN);
        continue;
      }
      if (evs[i].events & EPOLLOUT && !drain(e, fd)) goto over;
      if (evs[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR) && left[half] == 0 && !pass(e, fd, half)) goto over;
      continue;
    over:
      other[fd] = other[half] = 0;
      close(fd);
      close(half);
    }
  }
}

static void reconnect(int port, double seconds) {
  double began = now();
  int n = 0;
  struct linger none = {1, 0}; // no TIME_WAIT, or ports run out
  for (; now() < began + seconds; n++) {
    int s = dial(port);
    if (write(s, big, REQUEST) != REQUEST || read(s, big, REQUEST) <= 0) fail("reconnect");
    setsockopt(s, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    close(s);
  }
  printf("%.0f\n", n / (now() - began));
}

static void hold(int port, int connections, int bytes) {
  for (int i = 0; i < connections; i++) {
    int s = dial(port), left = bytes, back = bytes;
    while (back > 0) {
      if (left > 0) {
        ssize_t w = send(s, big, left > BIG ? BIG : left, MSG_DONTWAIT);
        if (w > 0) left -= w;
      }
      ssize_t r = recv(s, big, BIG, left > 0 ? MSG_DONTWAIT : 0);
      if (r == 0) fail("hold");
      if (r > 0) back -= r;
    }
  }
  printf("ready\n");
  fflush(stdout);
  while (read(0, big, 1) > 0) {}
}

static void die(int port, int connections) {
  int *s = calloc(connections, sizeof *s), dead = 0;
  struct linger none = {1, 0};
  for (int i = 0; i < connections; i++) s[i] = dial(port);
  for (double began = now(); dead < connections;) {
    for (int i = dead; i < connections; i++) recv(s[i], big, BIG, MSG_DONTWAIT);
    if (now() - began > 0.5 + dead * 0.5 / connections) {
      setsockopt(s[dead], SOL_SOCKET, SO_LINGER, &none, sizeof none);
      close(s[dead++]);
    }
    usleep(1000);
  }
}

int main(int argc, char **argv) {
  struct rlimit most;
  getrlimit(RLIMIT_NOFILE, &most);
  most.rlim_cur = most.rlim_max;
  setrlimit(RLIMIT_NOFILE, &most);
  const char *act = argc > 1 ? argv[1] : "";
  double a = argc > 3 ? atof(argv[3]) : 0, b = argc > 4 ? atof(argv[4]) : 0;
  int port = argc > 2 ? atoi(argv[2]) : 0;
  if (!strcmp(act, "serve")) serve();
  else if (!strcmp(act, "up")) bulk(1, port, a);
  else if (!strcmp(act, "down")) bulk(0, port, a);
  else if (!strcmp(act, "ask")) ask(port, (int)a, b, argc > 5 ? atoi(argv[5]) : 0);
  else if (!strcmp(act, "reconnect")) reconnect(port, a);
  else if (!strcmp(act, "relay")) relay(argc - 2, argv + 2);
  else if (!strcmp(act, "hold")) hold(port, (int)a, (int)b);
  else if (!strcmp(act, "die")) die(port, (int)a);
  else return 2;
  return 0;
}
