/* emit ID LINES LENGTH COLOUR(0|1) MODE(block|line): the cheapest producer of log lines.
   Every line carries exactly one ^ and, later, one ~, so that a checker can tell lost and torn lines. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void put(const char *bytes, size_t count) {
  while (count) {
    ssize_t written = write(1, bytes, count);
    if (written < 0) exit(1);
    bytes += written;
    count -= written;
  }
}

int main(int argc, char **argv) {
  if (argc < 6) return 2;
  int id = atoi(argv[1]), length = atoi(argv[3]), colour = atoi(argv[4]), by_line = !strcmp(argv[5], "line");
  long lines = atol(argv[2]);
  static char buffer[65536 + 4096];
  char fill[1024];
  size_t used = 0;
  memset(fill, 'x', sizeof fill);
  for (size_t i = 7; i < sizeof fill; i += 9) fill[i] = ' ';
  for (long i = 0; i < lines; i++) {
    char *at = buffer + used;
    int n = sprintf(at, colour ? "\x1b[32mINFO\x1b[0m ^s%02d %08ld \x1b[1;34m" : "^s%02d %08ld ", id, i);
    int rest = length - n - (colour ? 6 : 2);
    if (rest > 0) {
      memcpy(at + n, fill, rest);
      n += rest;
    }
    if (colour) {
      memcpy(at + n, "\x1b[0m", 4);
      n += 4;
    }
    at[n++] = '~';
    at[n++] = '\n';
    used += n;
    if (by_line || used >= 65536) {
      put(buffer, used);
      used = 0;
    }
  }
  put(buffer, used);
  return 0;
}
