// Linux functions that the Glibc module does not export to Swift.
//
// Every function returns a value >= 0 or -errno, so that Swift never reads errno.
#ifndef CLINUX_H
#define CLINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The number of arguments of this process, including its name; available without /proc.
int clinux_argument_count(void);
/// An argument of this process; NULL after the last.
const char *clinux_argument(int index);

/// Opens and closes a number of descriptors, those of an event loop first. Returns 0, or -errno if one could not be
/// opened.
int clinux_try_descriptors(size_t count);

/// Starts and ends a number of threads, to test the memory limit. Returns 0, or -errno if one could not be started.
int clinux_try_threads(size_t count, size_t stack_size);

/// The soft and the hard limit for the descriptors of a process.
struct clinux_descriptor_limit {
  uint64_t current;
  uint64_t highest;
};

struct clinux_descriptor_limit clinux_descriptor_limit(void);
int clinux_set_descriptor_limit(uint64_t current, uint64_t highest);

/// A descriptor of this process, and its number in the spawned process.
struct clinux_passed_descriptor {
  int source;
  int target;
};

/// Starts a program in a new session, with default signal handlers, no blocked signals, and only the passed descriptors
/// open. Returns its pid, or -errno if it could not be executed.
///
/// With ends_with_parent, the kernel kills it when the thread that started it exits, which is no later than the
/// process.
int clinux_spawn(const char *path, char *const argv[], char *const envp[],
                 const struct clinux_passed_descriptor *descriptors, size_t count, bool ends_with_parent);

/// A child that waits before it executes its program: this process's end of a socket pair, and the memory that the
/// child uses.
struct clinux_waiting {
  int gate;
  void *memory;
  size_t size;
};

/// Starts a child that waits for clinux_execute_waiting before it executes the program like clinux_spawn. It exits if
/// this process exits first. Its umask is 077, and its working directory that of a descriptor, or of this process if the
/// descriptor is -1. Returns its pid, and sets waiting, which the caller must release.
int clinux_spawn_waiting(const char *path, char *const argv[], char *const envp[], int directory,
                         const struct clinux_passed_descriptor *descriptors, size_t count,
                         struct clinux_waiting *waiting);

/// Lets a waiting child execute its program, waits until it has, and releases it. Returns 0, or -errno if it could not.
int clinux_execute_waiting(struct clinux_waiting *waiting);

/// Lets a waiting child exit, waits until it has, and releases it.
void clinux_discard_waiting(struct clinux_waiting *waiting, int pid);

/// Sets the soft limit for the core dump size of a process to 0. Returns 0 or -errno.
int clinux_limit_core_dumps(int pid);

int clinux_pidfd_open(int pid);
int clinux_pidfd_send_signal(int pidfd, int signal);

/// The exit status of a process.
struct clinux_process_end {
  int signalled;    // whether a signal ended it
  int status;       // the exit code, or the signal's number
  int core_dumped;
};

/// Reaps a child that has exited. -EAGAIN: it still runs; -ECHILD: it is not a child of this process.
int clinux_reap(int pidfd, struct clinux_process_end *end);

/// Gets the exit status of a process that is not a child (Linux 6.15). -ENOTTY or -EINVAL: the kernel does not support
/// it; -EAGAIN: it has not been reaped yet.
int clinux_pidfd_end(int pidfd, struct clinux_process_end *end);

/// O_PATH: the descriptor only refers to the file, and cannot read or write it.
extern const int clinux_path_only;

/// Opens a file below an open directory; spawned programs do not inherit the descriptor.
int clinux_openat(int directory, const char *path, int flags, unsigned mode);

/// Finds bytes in a memory area, from an offset. Returns their offset, or -ENOENT.
int64_t clinux_find(const void *bytes, size_t size, size_t offset, const void *part, size_t part_size);

int clinux_epoll_create(void);
int clinux_epoll_add(int epoll, int descriptor, uint32_t events);
int clinux_epoll_modify(int epoll, int descriptor, uint32_t events);
int clinux_epoll_remove(int epoll, int descriptor);

struct clinux_event {
  int descriptor;
  uint32_t events;
};

/// Gets the pending events; if there are none and may_wait is set, waits for one. Returns the number of events written.
int clinux_epoll_wait(int epoll, struct clinux_event *events, int capacity, bool may_wait);

extern const uint32_t clinux_event_readable;
extern const uint32_t clinux_event_writable;
extern const uint32_t clinux_event_hung_up;

/// Starts a detached thread with a stack of a number of bytes.
int clinux_start_thread(size_t stack_size, void *(*body)(void *), void *context);

/// Flushes and closes standard output. An error such as -EIO: some output was not written.
int clinux_close_output(void);

/// Flushes standard output and exits, without waiting for threads that read from standard input.
_Noreturn void clinux_exit(int status);

int clinux_eventfd(void);
int clinux_eventfd_signal(int descriptor);
int clinux_eventfd_clear(int descriptor);

/// A timer of the clock that also runs while the host is suspended; its descriptor is readable after it has expired.
int clinux_timer(void);
/// Sets a timer to expire once, after a number of nanoseconds.
int clinux_timer_set(int descriptor, int64_t nanoseconds);
/// Cancels the expiry of a timer.
int clinux_timer_disarm(int descriptor);
int clinux_timer_clear(int descriptor);

/// Installs a handler that writes signals as bytes to a pipe, and returns its descriptor. It does not use a signal
/// mask, because libraries change the masks of their threads. The calling thread unblocks the signals.
int clinux_signal_events(const int *signals, size_t count);
/// Reads the number of a signal. -EAGAIN: there is none.
int clinux_signal_read(int descriptor);

/// An instruction of a system call filter.
struct clinux_filter_instruction {
  uint16_t code;
  uint8_t jump_true;
  uint8_t jump_false;
  uint32_t operand;
};

/// Reads the newest system call filter of a process, and stops the process for it. The calling thread should exit
/// afterwards: its exit detaches a process that did not stop in time. Returns the number of instructions, of which at
/// most capacity are written; 0 if the process has no filter. -EACCES: only root may do this.
int clinux_system_call_filter(int pid, struct clinux_filter_instruction *instructions, size_t capacity);

/// Compares the open file descriptions of two descriptors, each of a process. 0: they are the same, as for a descriptor
/// and its duplicate; 1, 2 or 3: they differ; 1 and 2 are the kernel's order. -EPERM: the caller may not trace both
/// processes; -ENOSYS: this kernel cannot compare them.
int clinux_compare_files(int first_pid, int first_descriptor, int second_pid, int second_descriptor);

struct clinux_credentials {
  int pid;
  unsigned uid;
  unsigned gid;
};

/// Binds a Unix socket to a path, and listens. The path has at most 107 bytes.
int clinux_unix_listen(const char *path, int backlog);
/// Connects without blocking. -EAGAIN: the listener's queue is full.
int clinux_unix_connect(const char *path);
/// Looks up a host and connects to it with TCP, which may block for a number of seconds for each of its addresses. The
/// socket is nonblocking. -EHOSTUNREACH: the name is unknown.
int clinux_tcp_connect(const char *host, const char *port, int seconds);
/// Opens a pidfd of the peer of a Unix socket (Linux 6.5). It can also be opened after the peer has exited.
int clinux_peer_pidfd(int socket);
int clinux_socket_pair(int descriptors[2]);
int clinux_accept(int listener);
int clinux_peer_credentials(int socket, struct clinux_credentials *credentials);

/// Sends bytes, and descriptors with the first of them. Returns the number of bytes that were sent.
int64_t clinux_send(int socket, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count);
int64_t clinux_receive(int socket, void *bytes, size_t capacity);
/// Receives bytes and a descriptor; the descriptor is -1 if none was sent with them.
int64_t clinux_receive_descriptor(int socket, void *bytes, size_t capacity, int *descriptor);
/// Receives bytes and descriptors. Before the call, count is the number of descriptors that there is space for; after it,
/// the number of those that were received.
int64_t clinux_receive_descriptors(int socket, void *bytes, size_t capacity, int *descriptors, size_t *count);
/// The event that the peer has closed the connection, even if there is still data to read.
extern const short clinux_poll_hung_up;
/// Waits until the descriptor has one of the events (POLLIN, POLLOUT, clinux_poll_hung_up). 0: the timeout expired.
int clinux_poll(int descriptor, short events, int64_t timeout_nanoseconds);

/// Takes an exclusive lock of this open file description without waiting. -EAGAIN: another has a lock.
int clinux_lock(int descriptor);

/// Takes a shared lock, which excludes exclusive locks; the descriptor need only be readable. -EAGAIN as for
/// clinux_lock.
int clinux_lock_shared(int descriptor);

/// Returns 1 if another open file description has a lock in a range of bytes, else 0.
int clinux_is_locked(int descriptor, long start, long length);

int clinux_open(const char *path, int flags, unsigned mode);
/// Creates an empty anonymous file in memory.
int clinux_memory_file(void);
int clinux_set_nonblocking(int descriptor);

/// Queries /dev/kvm for a capability. Returns the result of KVM_CHECK_EXTENSION.
int clinux_kvm_check_extension(int kvm, int capability);

#endif
