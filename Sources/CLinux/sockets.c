#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define KVM_CHECK_EXTENSION_IOCTL _IO(0xAE, 0x03)
#define MOST_DESCRIPTORS 16
// The kernel passes at most SCM_MAX_FD descriptors with one message.
#define MOST_RECEIVED 253

static int unix_socket(const char *path, struct sockaddr_un *address) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  if (strlen(path) >= sizeof address->sun_path) return -ENAMETOOLONG;
  strcpy(address->sun_path, path);
  int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  return descriptor < 0 ? -errno : descriptor;
}

static int closing(int descriptor, int error) {
  close(descriptor);
  return -error;
}

int clinux_unix_listen(const char *path, int backlog) {
  struct sockaddr_un address;
  int descriptor = unix_socket(path, &address);
  if (descriptor < 0) return descriptor;
  // The mode of the socket's file comes from the socket itself, so the umask, which threads share, is not changed.
  if (fchmod(descriptor, 0600) < 0) return closing(descriptor, errno);
  if (bind(descriptor, (struct sockaddr *)&address, sizeof address) < 0) return closing(descriptor, errno);
  if (listen(descriptor, backlog) < 0) {
    int error = errno;
    unlink(path);
    return closing(descriptor, error);
  }
  return descriptor;
}

int clinux_unix_connect(const char *path) {
  struct sockaddr_un address;
  int descriptor = unix_socket(path, &address);
  if (descriptor < 0) return descriptor;
  if (connect(descriptor, (struct sockaddr *)&address, sizeof address) < 0) return closing(descriptor, errno);
  return descriptor;
}

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

int clinux_peer_pidfd(int socket) {
  int descriptor = -1;
  socklen_t length = sizeof descriptor;
  return getsockopt(socket, SOL_SOCKET, SO_PEERPIDFD, &descriptor, &length) < 0 ? -errno : descriptor;
}

int clinux_socket_pair(int descriptors[2]) {
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, descriptors) < 0 ? -errno : 0;
}

int clinux_accept(int listener) {
  int descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  return descriptor < 0 ? -errno : descriptor;
}

int clinux_peer_credentials(int socket, struct clinux_credentials *credentials) {
  struct ucred peer;
  socklen_t length = sizeof peer;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0) return -errno;
  credentials->pid = peer.pid;
  credentials->uid = peer.uid;
  credentials->gid = peer.gid;
  return 0;
}

static ssize_t send_with(int socket, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count) {
  struct iovec part = {.iov_base = (void *)bytes, .iov_len = count};
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(MOST_DESCRIPTORS * sizeof(int))];
  } control;
  memset(&control, 0, sizeof control);
  struct msghdr message = {
      .msg_iov = &part,
      .msg_iovlen = 1,
      .msg_control = &control,
      .msg_controllen = CMSG_SPACE(descriptor_count * sizeof(int)),
  };
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(descriptor_count * sizeof(int));
  memcpy(CMSG_DATA(header), descriptors, descriptor_count * sizeof(int));
  return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

int64_t clinux_send(int socket, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count) {
  if (descriptor_count > MOST_DESCRIPTORS) return -E2BIG;
  ssize_t sent = descriptor_count > 0 ? send_with(socket, bytes, count, descriptors, descriptor_count)
                                      : send(socket, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent < 0 ? -errno : sent;
}

int64_t clinux_receive(int socket, void *bytes, size_t capacity) {
  ssize_t received;
  do received = recv(socket, bytes, capacity, MSG_DONTWAIT);
  while (received < 0 && errno == EINTR);
  return received < 0 ? -errno : received;
}

int64_t clinux_receive_descriptors(int socket, void *bytes, size_t capacity, int *descriptors, size_t *count) {
  struct iovec part = {.iov_base = bytes, .iov_len = capacity};
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(MOST_RECEIVED * sizeof(int))];
  } control;
  size_t most = *count < MOST_RECEIVED ? *count : MOST_RECEIVED;
  struct msghdr message = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = most > 0 ? CMSG_LEN(most * sizeof(int)) : 0};
  ssize_t received;
  *count = 0;
  do received = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  while (received < 0 && errno == EINTR);
  if (received < 0) return -errno;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
    *count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    memcpy(descriptors, CMSG_DATA(header), *count * sizeof(int));
  }
  return received;
}

int64_t clinux_receive_descriptor(int socket, void *bytes, size_t capacity, int *descriptor) {
  size_t count = 1;
  int64_t received = clinux_receive_descriptors(socket, bytes, capacity, descriptor, &count);
  if (count == 0) *descriptor = -1;
  return received;
}

const short clinux_poll_hung_up = POLLRDHUP;

int clinux_poll(int descriptor, short events, int64_t timeout_nanoseconds) {
  struct pollfd entry = {.fd = descriptor, .events = events};
  struct timespec timeout = {.tv_sec = timeout_nanoseconds / 1000000000, .tv_nsec = timeout_nanoseconds % 1000000000};
  int count;
  do count = ppoll(&entry, 1, timeout_nanoseconds < 0 ? NULL : &timeout, NULL);
  while (count < 0 && errno == EINTR);
  if (count < 0) return -errno;
  return count == 0 ? 0 : entry.revents;
}

static int lock(int descriptor, short type) {
  struct flock whole = {.l_type = type, .l_whence = SEEK_SET};
  if (fcntl(descriptor, F_OFD_SETLK, &whole) == 0) return 0;
  return errno == EACCES ? -EAGAIN : -errno;
}

int clinux_lock(int descriptor) { return lock(descriptor, F_WRLCK); }

int clinux_lock_shared(int descriptor) { return lock(descriptor, F_RDLCK); }

int clinux_is_locked(int descriptor, long start, long length) {
  struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  if (fcntl(descriptor, F_OFD_GETLK, &range) != 0) return -errno;
  return range.l_type != F_UNLCK;
}

const int clinux_path_only = O_PATH;

int clinux_openat(int directory, const char *path, int flags, unsigned mode) {
  int descriptor = openat(directory, path, flags | O_CLOEXEC, mode);
  if (descriptor < 0) return -errno;
  // A file that is created here gets this mode, whatever the umask; this may fail for another user's file, which is
  // ignored.
  if (flags & O_CREAT) (void)!fchmod(descriptor, mode);
  return descriptor;
}

int clinux_open(const char *path, int flags, unsigned mode) {
  return clinux_openat(AT_FDCWD, path, flags, mode);
}

int clinux_memory_file(void) {
  int descriptor = memfd_create("clinux", MFD_CLOEXEC);
  return descriptor < 0 ? -errno : descriptor;
}

int clinux_set_nonblocking(int descriptor) {
  int flags = fcntl(descriptor, F_GETFL);
  return flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0 ? -errno : 0;
}

int clinux_kvm_check_extension(int kvm, int capability) {
  int answer = ioctl(kvm, KVM_CHECK_EXTENSION_IOCTL, capability);
  return answer < 0 ? -errno : answer;
}
