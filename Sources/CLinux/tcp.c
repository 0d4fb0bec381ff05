// In a file of its own: only programs that connect by TCP need the name service, which a static program cannot contain.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static int closing(int descriptor, int error) {
  close(descriptor);
  return -error;
}

static int connect_within(const struct addrinfo *address, int seconds) {
  int descriptor = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return -errno;
  if (connect(descriptor, address->ai_addr, address->ai_addrlen) == 0) return descriptor;
  if (errno != EINPROGRESS) return closing(descriptor, errno);
  int happened = clinux_poll(descriptor, POLLOUT, (int64_t)seconds * 1000000000);
  if (happened <= 0) return closing(descriptor, happened < 0 ? -happened : ETIMEDOUT);
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) < 0) error = errno;
  return error ? closing(descriptor, error) : descriptor;
}

int clinux_tcp_connect(const char *host, const char *port, int seconds) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *addresses;
  if (getaddrinfo(host, port, &hints, &addresses) != 0) return -EHOSTUNREACH;
  int result = -EHOSTUNREACH;
  for (struct addrinfo *address = addresses; address && result < 0; address = address->ai_next)
    result = connect_within(address, seconds);
  freeaddrinfo(addresses);
  if (result >= 0) setsockopt(result, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  return result;
}
