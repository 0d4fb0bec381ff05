#define _GNU_SOURCE
#include "client.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/// Receives more. Returns 0 at the end of the stream.
static size_t receive(struct qmp *qmp) {
  if (qmp->begin > 0) {
    memmove(qmp->buffer, qmp->buffer + qmp->begin, qmp->end - qmp->begin);
    qmp->end -= qmp->begin;
    qmp->begin = 0;
  }
  if (qmp->capacity - qmp->end < 1 << 16) {
    qmp->capacity = 2 * qmp->capacity + (1 << 16);
    qmp->buffer = realloc(qmp->buffer, qmp->capacity);
    if (!qmp->buffer) fail("out of memory");
  }
  ssize_t count;
  do count = recv(qmp->socket, qmp->buffer + qmp->end, qmp->capacity - qmp->end, 0);
  while (count < 0 && errno == EINTR);
  // A QEMU that ends with words unread resets the connection.
  if (count < 0 && errno != ECONNRESET) fail("receive: %s", strerror(errno));
  if (count <= 0) return 0;
  qmp->end += (size_t)count;
  return (size_t)count;
}

/// Takes one message. The caller puts it.
static struct json_object *next_message(struct qmp *qmp, struct json_tokener *tokener) {
  char *newline = NULL;
  for (size_t searched = 0;;) {
    size_t held = qmp->end - qmp->begin;
    if (held > searched) newline = memchr(qmp->buffer + qmp->begin + searched, '\n', held - searched);
    if (newline) break;
    searched = held;
    if (!receive(qmp)) fail("QEMU closed the connection");
  }
  const char *line = qmp->buffer + qmp->begin;
  json_tokener_reset(tokener);
  struct json_object *message = json_tokener_parse_ex(tokener, line, (int)(newline + 1 - line));
  if (!json_object_is_type(message, json_type_object)) fail("not JSON: %.*s", (int)(newline - line), line);
  qmp->begin = (size_t)(newline + 1 - qmp->buffer);
  qmp->messages++;
  return message;
}

void qmp_send(const struct qmp *qmp, const char *lines, size_t count) {
  while (count > 0) {
    ssize_t sent = send(qmp->socket, lines, count, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) fail("send: %s", strerror(errno));
    lines += sent;
    count -= (size_t)sent;
  }
}

/// Waits for that many messages that have one of two members.
static void await(struct qmp *qmp, size_t count, const char *member, const char *other) {
  struct json_tokener *tokener = json_tokener_new();
  if (!tokener) fail("out of memory");
  while (count > 0) {
    struct json_object *message = next_message(qmp, tokener);
    if (json_object_object_get_ex(message, member, NULL) || json_object_object_get_ex(message, other, NULL)) count--;
    json_object_put(message);
  }
  json_tokener_free(tokener);
}

void qmp_await_greeting(struct qmp *qmp) { await(qmp, 1, "QMP", "QMP"); }

void qmp_await_replies(struct qmp *qmp, size_t count) { await(qmp, count, "return", "error"); }

void qmp_await_end(struct qmp *qmp) {
  while (receive(qmp)) qmp->begin = qmp->end;
}
