// Executes QMP commands on a monitor one after the other, and says how long they took.
//
// usage: qmp-client [--id] SOCKET
//
// Each line on standard input is an order, COUNT COMMAND; it prints a line of JSON: the middle of the round trips and the
// client's own CPU time for each command, both in nanoseconds, and how many messages came. With --id a command carries one.
#define _GNU_SOURCE
#include "client.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

_Noreturn void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("qmp-client: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(1);
}

static int64_t now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int ascending(const void *left, const void *right) {
  int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  return (a > b) - (a < b);
}

static struct qmp connect_to(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) fail("the path is too long");
  strcpy(address.sun_path, path);
  struct qmp qmp = {.socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (qmp.socket < 0 || connect(qmp.socket, (struct sockaddr *)&address, sizeof address) < 0)
    fail("%s: %s", path, strerror(errno));
  static const char negotiation[] = "{\"execute\":\"qmp_capabilities\"}\n";
  qmp_await_greeting(&qmp);
  qmp_send(&qmp, negotiation, sizeof negotiation - 1);
  qmp_await_replies(&qmp, 1);
  return qmp;
}

static void execute(struct qmp *qmp, long count, const char *command, const char *id) {
  int64_t *trips = calloc((size_t)count, sizeof *trips);
  char line[256];
  int length = snprintf(line, sizeof line, "{\"execute\":\"%s\"%s}\n", command, id);
  if (!trips || length < 0 || (size_t)length >= sizeof line) fail("cannot send \"%s\"", command);
  uint64_t before = qmp->messages;
  int64_t cpu = now(CLOCK_PROCESS_CPUTIME_ID);
  for (long i = 0; i < count; i++) {
    int64_t begin = now(CLOCK_MONOTONIC);
    qmp_send(qmp, line, (size_t)length);
    qmp_await_replies(qmp, 1);
    trips[i] = now(CLOCK_MONOTONIC) - begin;
  }
  cpu = (now(CLOCK_PROCESS_CPUTIME_ID) - cpu) / count;
  qsort(trips, (size_t)count, sizeof *trips, ascending);
  printf("{\"trip\": %" PRId64 ", \"cpu\": %" PRId64 ", \"messages\": %" PRIu64 "}\n", trips[count / 2], cpu,
         qmp->messages - before);
  fflush(stdout);
  free(trips);
}

int main(int count, char **words) {
  bool with_id = count > 2 && strcmp(words[1], "--id") == 0;
  if (count != 2 + with_id) fail("usage: qmp-client [--id] SOCKET");
  struct qmp qmp = connect_to(words[count - 1]);
  char order[256], command[128];
  long times;
  while (fgets(order, sizeof order, stdin)) {
    if (sscanf(order, "%ld %127s", &times, command) != 2 || times < 1) fail("no order: %s", order);
    execute(&qmp, times, command, with_id ? ",\"id\":0" : "");
  }
  close(qmp.socket);
  return 0;
}
