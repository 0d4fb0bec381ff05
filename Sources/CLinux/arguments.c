#include "CLinux.h"

static int argument_count;
static char **argument_words;

/// Saves the arguments. glibc passes those of main to every constructor. Swift's CommandLine reads /proc/self/cmdline,
/// which a container or a chroot may not have.
__attribute__((constructor)) static void note_arguments(int count, char **words) {
  argument_count = count;
  argument_words = words;
}

int clinux_argument_count(void) { return argument_count; }

const char *clinux_argument(int index) {
  return index >= 0 && index < argument_count ? argument_words[index] : NULL;
}
