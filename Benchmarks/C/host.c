#define _GNU_SOURCE
#include "client.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// Reads a file to its end. What vanished meanwhile is empty.
static size_t read_file(const char *path) {
  static char chunk[1 << 16];
  size_t total = 0;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) return 0;
  if (file < 0) fail("%s: %s", path, strerror(errno));
  ssize_t count;
  while ((count = read(file, chunk, sizeof chunk)) > 0) total += (size_t)count;
  close(file);
  return total;
}

static size_t read_thread(const char *directory, const char *name) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s/comm", directory, name);
  return read_file(path);
}

static size_t read_descriptor(const char *directory, const char *name) {
  char path[PATH_MAX], target[PATH_MAX];
  struct stat status;
  snprintf(path, sizeof path, "%s/%s", directory, name);
  ssize_t count = readlink(path, target, sizeof target);
  if (count < 0 || stat(path, &status) < 0) return 0;
  return (size_t)count;
}

static size_t read_directory(const char *directory, size_t read_entry(const char *directory, const char *name)) {
  size_t total = 0;
  DIR *entries = opendir(directory);
  if (!entries) fail("%s: %s", directory, strerror(errno));
  for (struct dirent *entry; (entry = readdir(entries));) {
    if (entry->d_name[0] != '.') total += read_entry(directory, entry->d_name);
  }
  closedir(entries);
  return total;
}

size_t host_read(const char *source, pid_t pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/maps", pid);
  if (strcmp(source, "maps") == 0) return read_file(path);
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  if (strcmp(source, "status") == 0) return read_file(path);
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  if (strcmp(source, "threads") == 0) return read_directory(path, read_thread);
  snprintf(path, sizeof path, "/proc/%d/fd", pid);
  if (strcmp(source, "descriptors") == 0) return read_directory(path, read_descriptor);
  fail("\"%s\" is neither a query nor maps, status, threads or descriptors", source);
}
