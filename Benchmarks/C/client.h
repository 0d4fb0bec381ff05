// The least that a client of QEMU can do between a command line and a machine whose evidence it holds.
#ifndef CLIENT_H
#define CLIENT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Says why on standard error, ends the QEMU that runs, and exits with 1.
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/// A connection to QEMU's monitor.
struct qmp {
  int socket;
  char *buffer;
  size_t capacity, begin, end;  // what was received and not yet taken: [begin, end)
  uint64_t messages;            // how many were taken
};

/// Sends lines as they are.
void qmp_send(const struct qmp *qmp, const char *lines, size_t count);
/// Waits for the greeting and parses it.
void qmp_await_greeting(struct qmp *qmp);
/// Waits for that many replies, and parses each; an error is a reply, an event is not.
void qmp_await_replies(struct qmp *qmp, size_t count);
/// Waits until QEMU closes the connection.
void qmp_await_end(struct qmp *qmp);

/// Reads one source of what the host knows of a process: `maps`, `status`, `threads` or `descriptors`. Returns its size in bytes.
size_t host_read(const char *source, pid_t pid);

#endif
