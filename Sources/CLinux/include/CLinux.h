// What Linux offers and the Glibc module hides from Swift.
//
// Every function returns a value >= 0 or -errno, so that Swift never reads errno.
#ifndef CLINUX_H
#define CLINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// How many words this process was started with, its name among them; known without /proc.
int clinux_argument_count(void);
/// One of them; NULL beyond the last.
const char *clinux_argument(int index);

/// Opens and closes so many descriptors, those of an event loop first. Returns 0, or -errno where one could not be had.
int clinux_try_descriptors(size_t count);

/// Where this process's memory is limited, starts and ends so many threads. Returns 0, or -errno where one could not be had.
int clinux_try_threads(size_t count, size_t stack_size);

/// How many descriptors a process may have, and how far it may raise that by itself.
struct clinux_descriptor_limit {
  uint64_t current;
  uint64_t highest;
};

struct clinux_descriptor_limit clinux_descriptor_limit(void);
int clinux_set_descriptor_limit(uint64_t current, uint64_t highest);

/// A descriptor of this process and its number in the process that is spawned.
struct clinux_passed_descriptor {
  int source;
  int target;
};

/// Starts a program in a session of its own, all signals at their defaults and unblocked, with exactly the passed
/// descriptors open. Returns its pid, or -errno where it could not be executed.
///
/// One that ends with its parent is killed as soon as the thread that started it ends, as it does with the process.
int clinux_spawn(const char *path, char *const argv[], char *const envp[],
                 const struct clinux_passed_descriptor *descriptors, size_t count, bool ends_with_parent);

/// A child that waits before it executes its program: the end of its socket pair, and the memory that it uses until then.
struct clinux_waiting {
  int gate;
  void *memory;
  size_t size;
};

/// Makes a child that waits for clinux_execute_waiting before it executes the program, as clinux_spawn does. It exits by itself
/// when this process exits first. Its umask is 077. Returns its pid and writes what is to be released.
int clinux_spawn_waiting(const char *path, char *const argv[], char *const envp[],
                         const struct clinux_passed_descriptor *descriptors, size_t count,
                         struct clinux_waiting *waiting);

/// Lets a waiting child execute its program, returns when it has, and releases it: 0, or -errno if it could not.
int clinux_execute_waiting(struct clinux_waiting *waiting);

/// Lets a waiting child exit, returns when it has, and releases it.
void clinux_discard_waiting(struct clinux_waiting *waiting, int pid);

/// Sets the soft limit of a process for the size of its memory dump to 0. Returns 0 or -errno.
int clinux_limit_core_dumps(int pid);

int clinux_pidfd_open(int pid);
int clinux_pidfd_send_signal(int pidfd, int signal);

/// How a process ended.
struct clinux_process_end {
  int signalled;    // whether a signal ended it
  int status;       // the exit code, or the signal's number
  int core_dumped;
};

/// Reaps a child that has ended. -EAGAIN: it still runs; -ECHILD: it is not a child of this process.
int clinux_reap(int pidfd, struct clinux_process_end *end);

/// Asks the kernel how a process that is not our child ended (Linux 6.15). -ENOTTY or -EINVAL: the kernel cannot say;
/// -EAGAIN: it has not been reaped yet.
int clinux_pidfd_end(int pidfd, struct clinux_process_end *end);

/// O_PATH: the descriptor only names the file.
extern const int clinux_path_only;

/// Opens a file below an open directory; it is not passed on to spawned programs.
int clinux_openat(int directory, const char *path, int flags, unsigned mode);

/// Finds bytes in others, from an offset on. Returns their offset, or -ENOENT.
int64_t clinux_find(const void *bytes, size_t size, size_t offset, const void *part, size_t part_size);

int clinux_epoll_create(void);
int clinux_epoll_add(int epoll, int descriptor, uint32_t events);
int clinux_epoll_modify(int epoll, int descriptor, uint32_t events);
int clinux_epoll_remove(int epoll, int descriptor);

struct clinux_event {
  int descriptor;
  uint32_t events;
};

/// Takes the events that are there; where there are none and it may wait, waits for one. Returns how many were written.
int clinux_epoll_wait(int epoll, struct clinux_event *events, int capacity, bool may_wait);

extern const uint32_t clinux_event_readable;
extern const uint32_t clinux_event_writable;
extern const uint32_t clinux_event_hung_up;

/// Starts a detached thread with a stack of that many bytes.
int clinux_start_thread(size_t stack_size, void *(*body)(void *), void *context);

/// Closes standard output once what was printed is out. -EIO and the like: it did not all arrive.
int clinux_close_output(void);

/// Ends the process once what it printed is out, without a wait for threads that read from standard input.
_Noreturn void clinux_exit(int status);

int clinux_eventfd(void);
int clinux_eventfd_signal(int descriptor);
int clinux_eventfd_clear(int descriptor);

/// A timer on the clock that goes on while the machine sleeps; its descriptor is readable once it has expired.
int clinux_timer(void);
/// Lets a timer expire once, so many nanoseconds from now.
int clinux_timer_set(int descriptor, int64_t nanoseconds);
int clinux_timer_clear(int descriptor);

/// Turns signals into bytes on the returned descriptor. A handler, not a mask: libraries change their threads' masks. The calling
/// thread takes them.
int clinux_signal_events(const int *signals, size_t count);
/// Reads one signal's number. -EAGAIN: none is there.
int clinux_signal_read(int descriptor);

/// One instruction of a system call filter.
struct clinux_filter_instruction {
  uint16_t code;
  uint8_t jump_true;
  uint8_t jump_false;
  uint32_t operand;
};

/// Reads the newest system call filter of a process, which is stopped for a moment. The calling thread should end afterwards:
/// a process that would not stop is let go with it. Returns how many instructions it has, at most capacity are written; 0 where
/// the process has no filter. -EACCES: only root may.
int clinux_system_call_filter(int pid, struct clinux_filter_instruction *instructions, size_t capacity);

/// Compares what two descriptors, each of a process, are open on. 0: one open file description, as of a descriptor and its
/// duplicate; 1 or 2: two, in the kernel's order of them; 3: two. -EPERM: the caller may not trace both processes; -ENOSYS: this
/// kernel cannot compare.
int clinux_compare_files(int first_pid, int first_descriptor, int second_pid, int second_descriptor);

struct clinux_credentials {
  int pid;
  unsigned uid;
  unsigned gid;
};

/// Binds a Unix socket at a path and listens. The path is at most 107 bytes.
int clinux_unix_listen(const char *path, int backlog);
/// Connects without blocking. -EAGAIN: the listener's queue is full.
int clinux_unix_connect(const char *path);
/// Looks a host up and connects to it by TCP, which may block for so many seconds for each of its addresses; the socket does
/// not block. -EHOSTUNREACH: the name is not known.
int clinux_tcp_connect(const char *host, const char *port, int seconds);
int clinux_socket_pair(int descriptors[2]);
int clinux_accept(int listener);
int clinux_peer_credentials(int socket, struct clinux_credentials *credentials);

/// Sends bytes, and with the first of them the descriptors. Returns how many bytes were taken.
int64_t clinux_send(int socket, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count);
int64_t clinux_receive(int socket, void *bytes, size_t capacity);
/// Receives bytes, and a descriptor where one came with them; else it is -1.
int64_t clinux_receive_descriptor(int socket, void *bytes, size_t capacity, int *descriptor);
/// The peer has closed the connection, whatever is still to be read.
extern const short clinux_poll_hung_up;
/// Waits until the descriptor has one of the events (POLLIN, POLLOUT, clinux_poll_hung_up). 0: the time passed first.
int clinux_poll(int descriptor, short events, int64_t timeout_nanoseconds);

/// Takes an exclusive lock of this open file description without waiting. -EAGAIN: another holds it.
int clinux_lock(int descriptor);

/// Takes a lock that keeps away who takes an exclusive one; the descriptor need only be readable. -EAGAIN as clinux_lock.
int clinux_lock_shared(int descriptor);

/// 1: another open file description has a lock in a range of bytes; 0: none has.
int clinux_is_locked(int descriptor, long start, long length);

int clinux_open(const char *path, int flags, unsigned mode);
/// An empty file without a name.
int clinux_memory_file(void);
int clinux_set_nonblocking(int descriptor);

/// Asks /dev/kvm about one capability; the answer of KVM_CHECK_EXTENSION.
int clinux_kvm_check_extension(int kvm, int capability);

#endif
