// Runs a command again and again, and says what each run cost.
//
// usage: command-runner PROGRAM ARGUMENT…
//
// Each line on standard input runs the command with /dev/null as its standard input and output, and prints a line of JSON:
// the time until it was reaped and its processor time, both in nanoseconds, its largest memory in bytes, and its exit
// status. The memory of a process includes that of the process that spawned it, so this program is small.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static int64_t nanoseconds(struct timeval time) {
  return time.tv_sec * INT64_C(1000000000) + time.tv_usec * INT64_C(1000);
}

static int run(char *const arguments[], const posix_spawn_file_actions_t *actions) {
  pid_t child;
  int status;
  struct rusage usage;
  int64_t begin = now();
  int error = posix_spawnp(&child, arguments[0], actions, NULL, arguments, environ);
  if (error) return fprintf(stderr, "command-runner: %s: %s\n", arguments[0], strerror(error)), 1;
  if (wait4(child, &status, 0, &usage) < 0) return perror("command-runner: wait4"), 1;
  printf("{\"wall\":%jd,\"cpu\":%jd,\"memory\":%jd,\"status\":%d}\n", (intmax_t)(now() - begin),
         (intmax_t)(nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime)), (intmax_t)usage.ru_maxrss * 1024,
         WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  fflush(stdout);
  return 0;
}

int main(int count, char *arguments[]) {
  if (count < 2) return fputs("usage: command-runner PROGRAM ARGUMENT…\n", stderr), 64;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  for (int byte; (byte = getchar()) != EOF;) {
    if (byte == '\n' && run(arguments + 1, &actions) != 0) return 1;
  }
  return 0;
}
