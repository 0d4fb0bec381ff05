#define _GNU_SOURCE
#include "CLinux.h"

#include <stdio.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

// From linux/pidfd.h of Linux 6.15; older headers do not have it.
struct pidfd_info_exit {
  uint64_t mask;
  uint64_t cgroup;
  uint32_t ids[11];
  int32_t exit_code;
};
#define PIDFD_INFO_EXIT_BIT (1ULL << 3)
#define PIDFD_GET_INFO_IOCTL _IOWR(0xFF, 11, struct pidfd_info_exit)
#define MOST_PASSED 512
// For code of a child that runs in its parent's memory, which a sanitizer would mistake for a thread of the parent.
#define UNSANITIZED __attribute__((no_sanitize("thread", "address")))

static int add_descriptors(posix_spawn_file_actions_t *actions,
                           const struct clinux_passed_descriptor *descriptors, const int *copies, size_t count) {
  int highest = 2;
  for (size_t i = 0; i < count; i++) {
    int error = posix_spawn_file_actions_adddup2(actions, copies[i], descriptors[i].target);
    if (error) return error;
    if (descriptors[i].target > highest) highest = descriptors[i].target;
  }
  return posix_spawn_file_actions_addclosefrom_np(actions, highest + 1);
}

static int prepare_attributes(posix_spawnattr_t *attributes) {
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_setsigdefault(attributes, &all);
  posix_spawnattr_setsigmask(attributes, &none);
  return posix_spawnattr_setflags(
      attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
}

static int spawn(const char *path, char *const argv[], char *const envp[],
                 const struct clinux_passed_descriptor *descriptors, const int *copies, size_t count) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  pid_t pid = -1;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  int error = add_descriptors(&actions, descriptors, copies, count);
  if (!error) error = prepare_attributes(&attributes);
  if (!error) error = posix_spawn(&pid, path, &actions, &attributes, argv, envp);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return error ? -error : pid;
}

// Prepares a child as spawn does, with system calls only: it may run in its parent's memory, whose errno it must not
// change.
static UNSANITIZED int prepare_child(const struct clinux_passed_descriptor *descriptors, const int *copies,
                                     size_t count, int *highest) {
  struct sigaction action = {.sa_handler = SIG_DFL};
  for (int number = 1; number < NSIG; number++) {
    // The C library reserves the numbers in between.
    if (number == SIGKILL || number == SIGSTOP || (number > SIGSYS && number < SIGRTMIN)) continue;
    sigaction(number, &action, NULL);
  }
  if (setsid() < 0) return errno;
  *highest = 2;
  for (size_t i = 0; i < count; i++) {
    if (dup2(copies[i], descriptors[i].target) < 0) return errno;
    if (descriptors[i].target > *highest) *highest = descriptors[i].target;
  }
  return 0;
}

static UNSANITIZED int close_above(int highest) {
  sigset_t none;
  if (syscall(SYS_close_range, highest + 1, ~0U, 0) < 0) return errno;
  sigemptyset(&none);
  return sigprocmask(SIG_SETMASK, &none, NULL) < 0 ? errno : 0;
}

static int end_with_parent(pid_t parent) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) return errno;
  // The parent may have exited before.
  return getppid() == parent ? 0 : ESRCH;
}

static int spawn_ending_with_parent(const char *path, char *const argv[], char *const envp[],
                                    const struct clinux_passed_descriptor *descriptors, const int *copies,
                                    size_t count) {
  sigset_t all, before;
  volatile int error = 0;
  pid_t parent = getpid();
  sigfillset(&all);
  // No signal handler of the parent may run in the child.
  sigprocmask(SIG_SETMASK, &all, &before);
  pid_t pid = vfork();
  if (pid == 0) {
    int highest;
    error = prepare_child(descriptors, copies, count, &highest);
    if (!error) error = end_with_parent(parent);
    if (!error) error = close_above(highest);
    if (!error) {
      execve(path, argv, envp);
      error = errno;
    }
    _exit(127);
  }
  int failure = pid < 0 ? errno : error;
  sigprocmask(SIG_SETMASK, &before, NULL);
  if (!failure) return pid;
  if (pid > 0) {
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
  }
  return -failure;
}

// The data of a waiting child, in a separate mapping: it shares its parent's memory, which the parent continues to use.
struct waiting_child {
  int gate;
  int directory;
  size_t count;
  int copies[MOST_PASSED];
  struct clinux_passed_descriptor descriptors[MOST_PASSED];
  char **argv;
  char **envp;
  char *path;
};

#define CHILD_STACK (64 << 10)

static size_t size_of_strings(char *const strings[]) {
  size_t size = sizeof(char *);
  for (size_t i = 0; strings[i]; i++) size += sizeof(char *) + strlen(strings[i]) + 1;
  return size;
}

// Copies an array of strings to a place, and moves the place after it.
static char **copy_strings(char *const strings[], char **place) {
  size_t count = 0;
  while (strings[count]) count++;
  char **copy = (char **)*place;
  *place += (count + 1) * sizeof(char *);
  for (size_t i = 0; i < count; i++) copy[i] = strcpy(*place, strings[i]), *place += strlen(strings[i]) + 1;
  copy[count] = NULL;
  *place = (char *)(((uintptr_t)*place + 15) & ~(uintptr_t)15);
  return copy;
}

static struct waiting_child *make_waiting_child(const char *path, char *const argv[], char *const envp[],
                                                struct clinux_waiting *waiting) {
  char *const paths[] = {(char *)path, NULL};
  size_t strings = size_of_strings(argv) + size_of_strings(envp) + size_of_strings(paths) + 64;
  waiting->size = sizeof(struct waiting_child) + strings + CHILD_STACK;
  waiting->memory =
      mmap(NULL, waiting->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (waiting->memory == MAP_FAILED) return NULL;
  struct waiting_child *child = waiting->memory;
  char *place = (char *)(child + 1);
  child->argv = copy_strings(argv, &place);
  child->envp = copy_strings(envp, &place);
  child->path = copy_strings(paths, &place)[0];
  return child;
}

// Waits for a byte from the gate, which is the descriptor after the passed ones, and executes the program. If it
// cannot, it sends the error number through the gate.
static UNSANITIZED int run_waiting(void *argument) {
  struct waiting_child *child = argument;
  int highest;
  char word;
  int error = child->directory >= 0 && fchdir(child->directory) < 0 ? errno : 0;
  if (!error) error = prepare_child(child->descriptors, child->copies, child->count, &highest);
  if (!error && dup3(child->gate, highest + 1, O_CLOEXEC) < 0) error = errno;
  if (error) {
    ssize_t told = send(child->gate, &error, sizeof error, MSG_NOSIGNAL);
    _exit(told < 0 ? 126 : 127);
  }
  // Only the program's user may access sockets and files that the program creates.
  umask(077);
  // From here on, the child has only its own end of the gate, so the exit of the parent closes the gate.
  if (close_above(highest + 1) || read(highest + 1, &word, 1) != 1) _exit(127);
  execve(child->path, child->argv, child->envp);
  error = errno;
  if (send(highest + 1, &error, sizeof error, MSG_NOSIGNAL) < 0) _exit(126);
  _exit(127);
}

// Starts the child with clone: a copy of the parent's memory, as fork makes it, would take longer than everything else.
static int clone_waiting(struct waiting_child *child, const struct clinux_waiting *waiting) {
  sigset_t all, before;
  sigfillset(&all);
  // No signal handler of the parent may run in the child.
  sigprocmask(SIG_SETMASK, &all, &before);
  uintptr_t top = (uintptr_t)waiting->memory + waiting->size;
  pid_t pid = clone(run_waiting, (void *)(top & ~(uintptr_t)15), CLONE_VM | SIGCHLD, child);
  int error = errno;
  sigprocmask(SIG_SETMASK, &before, NULL);
  return pid < 0 ? -error : pid;
}

// Returns the first number above the targets of the passed descriptors.
static int first_copy(const struct clinux_passed_descriptor *descriptors, size_t count) {
  int highest = 2;
  for (size_t i = 0; i < count; i++) {
    if (descriptors[i].target > highest) highest = descriptors[i].target;
  }
  return highest + 2;
}

// Copies a descriptor to a number from first. EINVAL means that the limit for descriptors is below that number.
static int copy_above(int descriptor, int first) {
  int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, first);
  if (copy >= 0) return copy;
  return errno == EINVAL ? -EMFILE : -errno;
}

// Copies descriptors above every target, so that no target number is the source of a later one.
static int copy_sources(const struct clinux_passed_descriptor *descriptors, int *copies, size_t count) {
  int first = first_copy(descriptors, count);
  for (size_t i = 0; i < count; i++) {
    copies[i] = copy_above(descriptors[i].source, first);
    if (copies[i] >= 0) continue;
    int error = -copies[i];
    while (i > 0) close(copies[--i]);
    return -error;
  }
  return 0;
}

int clinux_spawn(const char *path, char *const argv[], char *const envp[],
                 const struct clinux_passed_descriptor *descriptors, size_t count, bool ends_with_parent) {
  int copies[MOST_PASSED];
  if (count > MOST_PASSED) return -E2BIG;
  int result = copy_sources(descriptors, copies, count);
  if (result < 0) return result;
  result = ends_with_parent ? spawn_ending_with_parent(path, argv, envp, descriptors, copies, count)
                            : spawn(path, argv, envp, descriptors, copies, count);
  while (count > 0) close(copies[--count]);
  return result;
}

static void release_waiting(struct clinux_waiting *waiting) {
  if (waiting->gate >= 0) close(waiting->gate);
  if (waiting->memory) munmap(waiting->memory, waiting->size);
  *waiting = (struct clinux_waiting){.gate = -1};
}

// Starts the child, and closes its descriptors in this process in any case.
static int start_waiting(const char *path, char *const argv[], char *const envp[], int directory,
                         const struct clinux_passed_descriptor *descriptors, size_t count, int theirs,
                         struct clinux_waiting *waiting) {
  struct waiting_child *child = make_waiting_child(path, argv, envp, waiting);
  if (!child) {
    waiting->memory = NULL;
    return -ENOMEM;
  }
  child->count = count;
  child->directory = directory;
  memcpy(child->descriptors, descriptors, count * sizeof *descriptors);
  int result = copy_sources(descriptors, child->copies, count);
  if (result < 0) return result;
  child->gate = copy_above(theirs, first_copy(descriptors, count));
  result = child->gate < 0 ? child->gate : clone_waiting(child, waiting);
  if (child->gate >= 0) close(child->gate);
  for (size_t i = 0; i < count; i++) close(child->copies[i]);
  return result;
}

int clinux_spawn_waiting(const char *path, char *const argv[], char *const envp[], int directory,
                         const struct clinux_passed_descriptor *descriptors, size_t count,
                         struct clinux_waiting *waiting) {
  int ends[2];
  *waiting = (struct clinux_waiting){.gate = -1};
  if (count > MOST_PASSED) return -E2BIG;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) return -errno;
  waiting->gate = ends[0];
  int result = start_waiting(path, argv, envp, directory, descriptors, count, ends[1], waiting);
  close(ends[1]);
  if (result < 0) release_waiting(waiting);
  return result;
}

int clinux_execute_waiting(struct clinux_waiting *waiting) {
  int error = 0;
  // A child that failed before has sent the error and has exited.
  ssize_t sent = send(waiting->gate, "", 1, MSG_NOSIGNAL);
  ssize_t count;
  // The gate closes as the program is executed.
  do count = recv(waiting->gate, &error, sizeof error, 0);
  while (count < 0 && errno == EINTR);
  // Wait until the child has exited.
  if (count == sizeof error) recv(waiting->gate, &(char){0}, 1, 0);
  release_waiting(waiting);
  if (count == sizeof error) return -error;
  return sent == 1 ? 0 : -ESRCH;
}

void clinux_discard_waiting(struct clinux_waiting *waiting, int pid) {
  if (waiting->gate < 0) return;
  siginfo_t info;
  close(waiting->gate);
  waiting->gate = -1;
  while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
  }
  release_waiting(waiting);
}

int clinux_limit_core_dumps(int pid) {
  struct rlimit limit;
  if (prlimit(pid, RLIMIT_CORE, NULL, &limit) < 0) return -errno;
  limit.rlim_cur = 0;
  return prlimit(pid, RLIMIT_CORE, &limit, NULL) < 0 ? -errno : 0;
}

int clinux_pidfd_open(int pid) {
  int descriptor = (int)syscall(SYS_pidfd_open, pid, 0);
  return descriptor < 0 ? -errno : descriptor;
}

int clinux_pidfd_send_signal(int pidfd, int signal) {
  return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) < 0 ? -errno : 0;
}

int clinux_reap(int pidfd, struct clinux_process_end *end) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  while (waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG) < 0) {
    if (errno != EINTR) return -errno;
  }
  if (info.si_pid == 0) return -EAGAIN;
  end->signalled = info.si_code != CLD_EXITED;
  end->status = info.si_status;
  end->core_dumped = info.si_code == CLD_DUMPED;
  return 0;
}

int clinux_pidfd_end(int pidfd, struct clinux_process_end *end) {
  struct pidfd_info_exit info;
  memset(&info, 0, sizeof info);
  info.mask = PIDFD_INFO_EXIT_BIT;
  if (ioctl(pidfd, PIDFD_GET_INFO_IOCTL, &info) < 0) return -errno;
  if (!(info.mask & PIDFD_INFO_EXIT_BIT)) return -EAGAIN;
  end->signalled = WIFSIGNALED(info.exit_code);
  end->status = end->signalled ? WTERMSIG(info.exit_code) : WEXITSTATUS(info.exit_code);
  end->core_dumped = end->signalled && WCOREDUMP(info.exit_code);
  return 0;
}

int64_t clinux_find(const void *bytes, size_t size, size_t offset, const void *part, size_t part_size) {
  if (offset > size) return -ENOENT;
  const char *found = memmem((const char *)bytes + offset, size - offset, part, part_size);
  return found ? found - (const char *)bytes : -ENOENT;
}

int clinux_close_output(void) {
  if (fflush(stdout) != 0) return -errno;
  return close(STDOUT_FILENO) < 0 && errno != EBADF ? -errno : 0;
}

void clinux_exit(int status) {
    fflush(stdout);
    _exit(status);
}

#define PTRACE_SECCOMP_GET_FILTER_REQUEST 0x420c

/// Waits for at most a second until a seized process has stopped. Returns the signal to deliver when it continues. It
/// does not wait for an exit, because other code reaps a child.
static int wait_for_stop(int pid) {
  for (int turn = 0; turn < 1000; turn++) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOHANG | __WALL) < 0 && errno != EINTR) return -errno;
    // A stop for the tracer only has an event in the bits above the signal.
    if (info.si_pid == pid) return info.si_status >> 8 ? 0 : info.si_status;
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
  return -ETIMEDOUT;
}

int clinux_system_call_filter(int pid, struct clinux_filter_instruction *instructions, size_t capacity) {
  if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) < 0) return -errno;
  ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
  int signal = wait_for_stop(pid);
  if (signal < 0) return signal;
  long count = ptrace(PTRACE_SECCOMP_GET_FILTER_REQUEST, pid, NULL, NULL);
  int error = count < 0 ? errno : 0;
  if (count > 0 && (size_t)count <= capacity &&
      ptrace(PTRACE_SECCOMP_GET_FILTER_REQUEST, pid, NULL, instructions) < 0)
    error = errno;
  ptrace(PTRACE_DETACH, pid, NULL, (void *)(intptr_t)signal);
  // Without a filter the kernel returns EINVAL or ENOENT.
  if (error == EINVAL || error == ENOENT) return 0;
  return error ? -error : (int)count;
}

#define KCMP_FILE_TYPE 0

int clinux_compare_files(int first_pid, int first_descriptor, int second_pid, int second_descriptor) {
  long order = syscall(SYS_kcmp, first_pid, second_pid, KCMP_FILE_TYPE, (unsigned long)first_descriptor,
                       (unsigned long)second_descriptor);
  return order < 0 ? -errno : (int)order;
}
