#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

const uint32_t clinux_event_readable = EPOLLIN | EPOLLRDHUP;
const uint32_t clinux_event_writable = EPOLLOUT;
const uint32_t clinux_event_hung_up = EPOLLHUP | EPOLLERR;

int clinux_epoll_create(void) {
  int descriptor = epoll_create1(EPOLL_CLOEXEC);
  return descriptor < 0 ? -errno : descriptor;
}

static int control(int epoll, int operation, int descriptor, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = descriptor};
  return epoll_ctl(epoll, operation, descriptor, &event) < 0 ? -errno : 0;
}

int clinux_epoll_add(int epoll, int descriptor, uint32_t events) {
  return control(epoll, EPOLL_CTL_ADD, descriptor, events);
}

int clinux_epoll_modify(int epoll, int descriptor, uint32_t events) {
  return control(epoll, EPOLL_CTL_MOD, descriptor, events);
}

int clinux_epoll_remove(int epoll, int descriptor) { return control(epoll, EPOLL_CTL_DEL, descriptor, 0); }

int clinux_epoll_wait(int epoll, struct clinux_event *events, int capacity, bool may_wait) {
  struct epoll_event raw[64];
  if (capacity > 64) capacity = 64;
  int count = epoll_wait(epoll, raw, capacity, may_wait ? -1 : 0);
  if (count < 0) return errno == EINTR ? 0 : -errno;
  for (int i = 0; i < count; i++) {
    events[i].descriptor = raw[i].data.fd;
    events[i].events = raw[i].events;
  }
  return count;
}

int clinux_start_thread(size_t stack_size, void *(*body)(void *), void *context) {
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, stack_size);
  int error = pthread_create(&thread, &attributes, body, context);
  pthread_attr_destroy(&attributes);
  return -error;
}

static void *wait_for_gate(void *gate) {
  pthread_mutex_lock(gate);
  pthread_mutex_unlock(gate);
  return NULL;
}

int clinux_try_threads(size_t count, size_t stack_size) {
  pthread_attr_t attributes;
  pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
  pthread_t threads[16];
  size_t started = 0;
  int error = 0;
  if (count > sizeof threads / sizeof threads[0]) return -E2BIG;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_size);
  // All threads have their stacks at the same time.
  pthread_mutex_lock(&gate);
  while (started < count && !error) {
    error = pthread_create(&threads[started], &attributes, wait_for_gate, &gate);
    if (!error) started++;
  }
  pthread_mutex_unlock(&gate);
  while (started > 0) pthread_join(threads[--started], NULL);
  pthread_attr_destroy(&attributes);
  return -error;
}

int clinux_eventfd(void) {
  int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return descriptor < 0 ? -errno : descriptor;
}

int clinux_eventfd_signal(int descriptor) {
  uint64_t one = 1;
  return write(descriptor, &one, sizeof one) < 0 ? -errno : 0;
}

int clinux_eventfd_clear(int descriptor) {
  uint64_t count;
  return read(descriptor, &count, sizeof count) < 0 ? -errno : 0;
}

int clinux_timer(void) {
  int descriptor = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  return descriptor < 0 ? -errno : descriptor;
}

int clinux_timer_set(int descriptor, int64_t nanoseconds) {
  if (nanoseconds < 1) nanoseconds = 1;
  struct itimerspec when = {.it_value = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000}};
  return timerfd_settime(descriptor, 0, &when, NULL) < 0 ? -errno : 0;
}

int clinux_timer_disarm(int descriptor) {
  struct itimerspec never = {.it_value = {0}};
  return timerfd_settime(descriptor, 0, &never, NULL) < 0 ? -errno : 0;
}

int clinux_timer_clear(int descriptor) { return clinux_eventfd_clear(descriptor); }

int clinux_try_descriptors(size_t count) {
  int descriptors[64];
  size_t opened = 0;
  int error = 0;
  if (count > sizeof descriptors / sizeof descriptors[0]) return -E2BIG;
  while (opened < count && !error) {
    int descriptor = opened == 0   ? clinux_epoll_create()
                     : opened == 1 ? clinux_eventfd()
                     : opened == 2 ? clinux_timer()
                                   : fcntl(descriptors[0], F_DUPFD_CLOEXEC, 0);
    if (descriptor < 0) error = opened > 2 ? errno : -descriptor;
    else descriptors[opened++] = descriptor;
  }
  while (opened > 0) close(descriptors[--opened]);
  return -error;
}

struct clinux_descriptor_limit clinux_descriptor_limit(void) {
  struct rlimit limit = {0};
  getrlimit(RLIMIT_NOFILE, &limit);
  return (struct clinux_descriptor_limit){.current = limit.rlim_cur, .highest = limit.rlim_max};
}

int clinux_set_descriptor_limit(uint64_t current, uint64_t highest) {
  struct rlimit limit = {.rlim_cur = current, .rlim_max = highest};
  return setrlimit(RLIMIT_NOFILE, &limit) < 0 ? -errno : 0;
}

static int signal_pipe[2] = {-1, -1};

static void note_signal(int number) {
  int saved = errno;
  unsigned char byte = (unsigned char)number;
  ssize_t ignored = write(signal_pipe[1], &byte, 1);
  (void)ignored;
  errno = saved;
}

int clinux_signal_events(const int *signals, size_t count) {
  if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) < 0) return -errno;
  struct sigaction action = {.sa_handler = note_signal, .sa_flags = SA_RESTART};
  sigfillset(&action.sa_mask);
  sigset_t wanted;
  sigemptyset(&wanted);
  for (size_t i = 0; i < count; i++) {
    if (sigaction(signals[i], &action, NULL) < 0) return -errno;
    sigaddset(&wanted, signals[i]);
  }
  // A parent may have blocked them, and its mask is inherited.
  int error = pthread_sigmask(SIG_UNBLOCK, &wanted, NULL);
  return error ? -error : signal_pipe[0];
}

int clinux_signal_read(int descriptor) {
  unsigned char byte;
  ssize_t count = read(descriptor, &byte, 1);
  return count == 1 ? byte : count == 0 ? -EPIPE : -errno;
}
