#define _GNU_SOURCE
#include "line_editing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <editline/readline.h>

static line_editing_candidates candidates;

// The length of what all words begin with.
static size_t common_length(char **words, size_t count) {
  size_t length = strlen(words[0]);
  for (size_t i = 1; i < count; i++) {
    size_t shared = 0;
    while (shared < length && words[0][shared] == words[i][shared]) shared++;
    length = shared;
  }
  return length;
}

// The answer that readline wants: what all have in common, the words, NULL.
static char **matches_of(char *text) {
  size_t count = 0;
  for (char *c = text; *c; c++) count += *c == '\n';
  char **matches = calloc(count + 3, sizeof *matches);
  if (!matches) return NULL;
  size_t found = 0;
  char *rest = text;
  for (char *word; (word = strsep(&rest, "\n"));)
    if (*word) matches[++found] = strdup(word);
  if (!found) {
    free(matches);
    return NULL;
  }
  matches[0] = strndup(matches[1], common_length(matches + 1, found));
  if (found == 1) matches[2] = NULL;
  return matches;
}

static char **complete(const char *word, int start, int end) {
  (void)word;
  (void)start;
  rl_attempted_completion_over = 1;
  char *line = strndup(rl_line_buffer, (size_t)end);
  char *text = line ? candidates(line) : NULL;
  free(line);
  if (!text) return NULL;
  char **matches = matches_of(text);
  free(text);
  // A key is followed by its value, and a value by nothing that is known here.
  size_t length = matches && matches[0] ? strlen(matches[0]) : 0;
  rl_completion_append_character = length && matches[0][length - 1] == '=' ? '\0' : ' ';
  return matches;
}

void line_editing_begin(line_editing_candidates provider, const char *history) {
  candidates = provider;
  rl_readline_name = "qemuctl";
  rl_attempted_completion_function = complete;
  // Only blanks end a word: names have dots and dashes.
  rl_basic_word_break_characters = " \t";
  rl_completer_word_break_characters = " \t";
  using_history();
  read_history(history);
}

char *line_editing_read(const char *prompt) { return readline(prompt); }

int line_editing_remember(const char *line, const char *history, int kept) {
  add_history(line);
  stifle_history(kept);
  // Lines may hold what others should not read.
  int descriptor = open(history, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return -errno;
  close(descriptor);
  return write_history(history) == 0 ? 0 : -errno;
}
