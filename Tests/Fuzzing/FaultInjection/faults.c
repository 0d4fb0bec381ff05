// Kills or delays a program at a system call that changes files or starts processes.
//
// QEMUCTL_FAULT=CALL:NUMBER:ACTION names the call ("any" for each of them), which of its occurrences, and what happens there:
// "before" and "after" kill the program before or after the call; "delay" delays each occurrence, by NUMBER milliseconds.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static char fault_call[16];
static char fault_action[16];
static int fault_number = -1;
static atomic_int reached;

__attribute__((constructor)) static void read_fault(void) {
  const char *text = getenv("QEMUCTL_FAULT");
  if (text && sscanf(text, "%15[^:]:%d:%15s", fault_call, &fault_number, fault_action) != 3) fault_number = -1;
  // What the program starts is not meant.
  unsetenv("LD_PRELOAD");
  unsetenv("QEMUCTL_FAULT");
}

static int is_reached(const char *call) {
  if (fault_number < 0 || (strcmp(fault_call, "any") && strcmp(fault_call, call))) return 0;
  if (!strcmp(fault_action, "delay")) {
    nanosleep(&(struct timespec){.tv_nsec = fault_number * 1000000L}, NULL);
    return 0;
  }
  return atomic_fetch_add(&reached, 1) == fault_number;
}

static void kill_if(int is_now, const char *action) {
  if (is_now && !strcmp(fault_action, action)) kill(getpid(), SIGKILL);
}

#define INTERPOSE(result, name, parameters, arguments)                       \
  result name parameters {                                                   \
    static result(*next) parameters;                                         \
    if (!next) next = (result(*) parameters)dlsym(RTLD_NEXT, #name);         \
    int is_now = is_reached(#name);                                          \
    kill_if(is_now, "before");                                               \
    result answer = next arguments;                                          \
    kill_if(is_now, "after");                                                \
    return answer;                                                           \
  }

INTERPOSE(ssize_t, write, (int file, const void *bytes, size_t count), (file, bytes, count))
INTERPOSE(ssize_t, send, (int socket, const void *bytes, size_t count, int flags), (socket, bytes, count, flags))
INTERPOSE(int, renameat, (int from, const char *name, int to, const char *other), (from, name, to, other))
INTERPOSE(int, linkat, (int from, const char *name, int to, const char *other, int flags), (from, name, to, other, flags))
INTERPOSE(int, unlinkat, (int directory, const char *name, int flags), (directory, name, flags))
INTERPOSE(int, unlink, (const char *path), (path))
INTERPOSE(int, mkdirat, (int directory, const char *name, mode_t mode), (directory, name, mode))
INTERPOSE(int, mkdir, (const char *path, mode_t mode), (path, mode))

pid_t fork(void) {
  static pid_t (*next)(void);
  if (!next) next = (pid_t(*)(void))dlsym(RTLD_NEXT, "fork");
  int is_now = is_reached("fork");
  kill_if(is_now, "before");
  pid_t child = next();
  if (child != 0) kill_if(is_now, "after");
  return child;
}
