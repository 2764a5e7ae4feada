// A paced UDP sender and a counting receiver. Prints the receiver's port; then, for each line "port rate seconds bytes" on
// its input, sends so many datagrams a second to that port of 127.0.0.1 and prints "sent received seconds-until-the-last".
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { batch = 64, largest = 65536, bufferBytes = 16 << 20 };

static atomic_long received;
static _Atomic double lastAt;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void *receive(void *argument) {
  int fd = *(int *)argument;
  static char memory[batch][2048];
  struct iovec parts[batch];
  struct mmsghdr messages[batch];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < batch; i += 1) {
    parts[i] = (struct iovec){memory[i], sizeof memory[i]};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  for (;;) {
    int count = recvmmsg(fd, messages, batch, MSG_WAITFORONE, NULL);
    if (count <= 0) continue;
    atomic_fetch_add(&received, count);
    lastAt = now();
  }
  return NULL;
}

int main(void) {
  int in = socket(AF_INET, SOCK_DGRAM, 0), out = socket(AF_INET, SOCK_DGRAM, 0), size = bufferBytes;
  if (setsockopt(in, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
    setsockopt(in, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(in, (struct sockaddr *)&address, length) != 0) return 1;
  getsockname(in, (struct sockaddr *)&address, &length);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  pthread_t thread;
  pthread_create(&thread, NULL, receive, &in);

  static char payload[largest];
  int port, bytes;
  double rate, seconds;
  while (scanf("%d %lf %lf %d", &port, &rate, &seconds, &bytes) == 4) {
    address.sin_port = htons(port);
    atomic_store(&received, 0);
    double began = now();
    lastAt = began;
    long sent = 0, all = rate * seconds;
    while (sent < all) {
      long due = (now() - began) * rate + 1;
      if (due > all) due = all;
      for (; sent < due; sent += 1)
        sendto(out, payload, bytes, 0, (struct sockaddr *)&address, sizeof address);
      usleep(200);
    }
    while (atomic_load(&received) < sent && now() - (lastAt > began ? lastAt : began) < seconds + 0.5) usleep(10000);
    printf("%ld %ld %f\n", sent, atomic_load(&received), lastAt - began);
    fflush(stdout);
  }
  return 0;
}
