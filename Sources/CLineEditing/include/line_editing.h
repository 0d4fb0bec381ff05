// Reading lines from a terminal with libedit: its callbacks are C globals, which Swift cannot touch safely.
#ifndef LINE_EDITING_H
#define LINE_EDITING_H

// Gives the words that could stand at the end of `line`, one a line, in memory from malloc; NULL where there are none.
typedef char *(*line_editing_candidates)(const char *line);

// Begins to edit: lines are completed with `candidates`, and the last ones are read from the file `history` where it exists.
void line_editing_begin(line_editing_candidates candidates, const char *history);

// Reads a line, without its end, in memory from malloc; NULL at the end of the input.
char *line_editing_read(const char *prompt);

// Remembers a line, and writes the last `kept` ones to the file `history`. Returns 0, or a negative errno.
int line_editing_remember(const char *line, const char *history, int kept);

#endif
