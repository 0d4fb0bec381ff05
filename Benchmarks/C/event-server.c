// Plays a monitor that answers every command after so many events, as fast as its client reads.
//
// usage: event-server SOCKET COUNT
//
// It serves one client after the other, and ends with its standard input.
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char greeting[] =
    "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 3, \"minor\": 1, \"major\": 11}, \"package\": \"\"}, "
    "\"capabilities\": [\"oob\"]}}\r\n";
static const char event[] =
    "{\"timestamp\": {\"seconds\": 1795422404, \"microseconds\": 582340}, \"event\": \"RESET\", "
    "\"data\": {\"guest\": true, \"reason\": \"guest-reset\"}}\r\n";

static const char status[] = "{\"status\": \"prelaunch\", \"singlestep\": false, \"running\": false}";

static void send_all(int client, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t sent = send(client, bytes, count, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return;
    bytes += sent;
    count -= (size_t)sent;
  }
}

static char *repeated(const char *text, size_t times) {
  size_t length = strlen(text);
  char *all = malloc(length * times);
  if (!all) exit(1);
  for (size_t i = 0; i < times; i++) memcpy(all + i * length, text, length);
  return all;
}

/// Answers with the id that the command carries, whatever it is.
static void answer(int client, const char *line) {
  const char *id = strstr(line, "\"id\":");
  const char *value = strstr(line, "query-status") ? status : "{}";
  char reply[256];
  int length = id ? snprintf(reply, sizeof reply, "{\"return\": %s, \"id\": %.*s}\r\n", value,
                             (int)strcspn(id + 5, "},"), id + 5)
                  : snprintf(reply, sizeof reply, "{\"return\": %s}\r\n", value);
  send_all(client, reply, (size_t)length);
}

// Reads a command. Like QEMU it needs no line end behind it: some clients send none.
static int receive(FILE *commands, char *line, size_t size) {
  size_t count = 0;
  int depth = 0, next;
  while (count + 1 < size && (next = fgetc(commands)) != EOF) {
    line[count++] = (char)next;
    depth += (next == '{') - (next == '}');
    if (next == '}' && depth == 0) break;
  }
  line[count] = 0;
  return count > 0 && depth == 0 && line[count - 1] == '}';
}

static void serve(int client, const char *events, size_t size) {
  FILE *lines = fdopen(client, "r");
  char line[4096];
  send_all(client, greeting, sizeof greeting - 1);
  while (lines && receive(lines, line, sizeof line)) {
    if (!strstr(line, "qmp_capabilities")) send_all(client, events, size);
    answer(client, line);
  }
  if (lines) fclose(lines);
}

int main(int count, char **words) {
  if (count != 3) return 2;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, words[1], sizeof address.sun_path - 1);
  size_t times = (size_t)strtoul(words[2], NULL, 10);
  char *events = repeated(event, times);
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 8) < 0) return 1;
  puts("listening");
  fflush(stdout);
  struct pollfd waited[2] = {{.fd = 0, .events = POLLIN}, {.fd = listener, .events = POLLIN}};
  while (poll(waited, 2, -1) > 0 && !waited[0].revents) {
    int client = accept(listener, NULL, NULL);
    if (client >= 0) serve(client, events, times * (sizeof event - 1));
  }
  free(events);
  unlink(words[1]);
  return 0;
}
