// Starts a QEMU, asks it what a verification asks, ends it, and says when each stage was reached.
//
// usage: start-client [--runs N | --interactive] [--queries FILE] [--socket PATH] -- QEMU ARGUMENT…
//
// QEMU's arguments are taken as they are: they say -S, and that the monitor's listening socket is descriptor 3:
//   start-client --runs 20 -- qemu-system-x86_64 -S -M q35 -display none
//     -chardev socket,id=q,fd=3,server=on,wait=off -mon chardev=q,mode=control
//
// FILE holds a line for each piece of evidence: a QMP command as JSON, or what the host is asked: maps, status, threads,
// descriptors. An empty line ends a round; the queries of a round are sent together.
//
// A run prints a line of JSON: nanoseconds since its begin, and the client's own CPU time until verified. With --interactive
// each line on standard input starts a run.
#define _GNU_SOURCE
#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MONITOR_DESCRIPTOR 3

struct round {
  char *queries;  // as they are sent
  size_t length, count;
  char *sources[8];
  size_t source_count;
};

static struct round rounds[8];
static size_t round_count;
static struct sockaddr_un address = {.sun_family = AF_UNIX};
static pid_t qemu;

_Noreturn void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("start-client: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  if (qemu > 0) {
    kill(qemu, SIGKILL);
    waitpid(qemu, NULL, 0);
  }
  unlink(address.sun_path);
  exit(1);
}

static int64_t now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static void add_line(struct round *round, const char *line, size_t length) {
  if (*line != '{') {
    if (round->source_count == sizeof round->sources / sizeof *round->sources) fail("too many sources in a round");
    round->sources[round->source_count++] = strndup(line, length);
    return;
  }
  round->queries = realloc(round->queries, round->length + length + 1);
  if (!round->queries) fail("out of memory");
  memcpy(round->queries + round->length, line, length);
  round->queries[round->length + length] = '\n';
  round->length += length + 1;
  round->count++;
}

static void read_rounds(const char *path) {
  FILE *file = fopen(path, "re");
  if (!file) fail("%s: %s", path, strerror(errno));
  char *line = NULL;
  size_t capacity = 0;
  int is_open = 0;
  for (ssize_t length; (length = getline(&line, &capacity, file)) >= 0;) {
    if (length > 0 && line[length - 1] == '\n') length--;
    if (length == 0) {
      is_open = 0;
      continue;
    }
    if (!is_open && round_count++ == sizeof rounds / sizeof *rounds) fail("%s: too many rounds", path);
    is_open = 1;
    add_line(&rounds[round_count - 1], line, (size_t)length);
  }
  free(line);
  fclose(file);
}

/// The listening socket does not block: while QEMU hands it from its main loop to the monitor's thread, both may see the same
/// connection and accept it, and the later of them would wait for another for ever.
static int listen_at_path(void) {
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 1) < 0)
    fail("listen at %s: %s", address.sun_path, strerror(errno));
  return listener;
}

static void spawn_qemu(char *const arguments[], int listener) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, listener, MONITOR_DESCRIPTOR);
  posix_spawn_file_actions_addclosefrom_np(&actions, MONITOR_DESCRIPTOR + 1);
  int error = posix_spawnp(&qemu, arguments[0], &actions, NULL, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error) fail("execute %s: %s", arguments[0], strerror(error));
}

static int connect_to_path(void) {
  static const struct timeval patience = {.tv_sec = 30};
  int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (connection < 0 || connect(connection, (struct sockaddr *)&address, sizeof address) < 0)
    fail("connect to %s: %s", address.sun_path, strerror(errno));
  return connection;
}

static void execute(struct qmp *qmp, const char *line) {
  qmp_send(qmp, line, strlen(line));
  qmp_await_replies(qmp, 1);
}

static size_t collect_evidence(struct qmp *qmp) {
  size_t size = 0;
  for (const struct round *round = rounds; round < rounds + round_count; round++) {
    qmp_send(qmp, round->queries, round->length);
    // The host is asked while QEMU works on the queries.
    for (size_t i = 0; i < round->source_count; i++) size += host_read(round->sources[i], qemu);
    qmp_await_replies(qmp, round->count);
  }
  return size;
}

static void await_end_of_qemu(struct qmp *qmp) {
  static const char quit[] = "{\"execute\":\"quit\"}\n";
  int status;
  qmp_send(qmp, quit, sizeof quit - 1);
  qmp_await_end(qmp);
  if (waitpid(qemu, &status, 0) < 0) fail("wait: %s", strerror(errno));
  qemu = 0;
  if (status != 0) fail("QEMU ended with wait status %d", status);
}

static void run(char *const arguments[], struct qmp *qmp) {
  int64_t begin = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
  int listener = listen_at_path();
  spawn_qemu(arguments, listener);
  // With our copy closed, the connection breaks when QEMU dies.
  close(listener);
  int64_t spawned = now(CLOCK_MONOTONIC);
  *qmp = (struct qmp){.socket = connect_to_path(), .buffer = qmp->buffer, .capacity = qmp->capacity};
  qmp_await_greeting(qmp);
  int64_t greeting = now(CLOCK_MONOTONIC);
  execute(qmp, "{\"execute\":\"qmp_capabilities\"}\n");
  int64_t ready = now(CLOCK_MONOTONIC);
  size_t host = collect_evidence(qmp);
  int64_t verified = now(CLOCK_MONOTONIC), cpu_verified = now(CLOCK_PROCESS_CPUTIME_ID);
  await_end_of_qemu(qmp);
  int64_t gone = now(CLOCK_MONOTONIC);
  close(qmp->socket);
  unlink(address.sun_path);
  printf("{\"spawned\":%jd,\"greeting\":%jd,\"ready\":%jd,\"verified\":%jd,\"gone\":%jd,\"cpu\":%jd,\"host-bytes\":%zu}\n",
         (intmax_t)(spawned - begin), (intmax_t)(greeting - begin), (intmax_t)(ready - begin),
         (intmax_t)(verified - begin), (intmax_t)(gone - begin), (intmax_t)(cpu_verified - cpu), host);
  fflush(stdout);
}

static void choose_socket(const char *path) {
  char own[64];
  snprintf(own, sizeof own, "/tmp/start-client-%d.sock", getpid());
  if (!path) path = own;
  if (strlen(path) >= sizeof address.sun_path) fail("the path is too long for a socket: %s", path);
  strcpy(address.sun_path, path);
}

int main(int count, char *arguments[]) {
  static const struct option options[] = {{"runs", required_argument, NULL, 'n'},
                                          {"interactive", no_argument, NULL, 'i'},
                                          {"queries", required_argument, NULL, 'q'},
                                          {"socket", required_argument, NULL, 's'},
                                          {0}};
  const char *socket_path = NULL;
  long runs = 1;
  int interactive = 0;
  for (int option; (option = getopt_long(count, arguments, "+", options, NULL)) != -1;) {
    switch (option) {
      case 'n': runs = strtol(optarg, NULL, 10); break;
      case 'i': interactive = 1; break;
      case 'q': read_rounds(optarg); break;
      case 's': socket_path = optarg; break;
      default: return 64;
    }
  }
  if (optind == count) {
    fputs("usage: start-client [--runs N | --interactive] [--queries FILE] [--socket PATH] -- QEMU ARGUMENT…\n", stderr);
    return 64;
  }
  choose_socket(socket_path);
  struct qmp qmp = {.socket = -1};
  for (int byte; interactive && (byte = getchar()) != EOF;) {
    if (byte == '\n') run(arguments + optind, &qmp);
  }
  for (; !interactive && runs > 0; runs--) run(arguments + optind, &qmp);
  free(qmp.buffer);
  return 0;
}
