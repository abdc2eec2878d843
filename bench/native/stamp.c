/* stamp FILE TAG exit|stay: appends "TAG PID NANOSECONDS" (monotonic clock) to FILE, then ends or sleeps. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct timespec t;
  char line[256];
  if (argc < 4) return 2;
  clock_gettime(CLOCK_MONOTONIC, &t);
  int n = snprintf(line, sizeof line, "%s %d %lld\n", argv[2], getpid(), t.tv_sec * 1000000000LL + t.tv_nsec);
  int fd = open(argv[1], O_WRONLY | O_APPEND | O_CREAT, 0644);
  if (write(fd, line, n) != n) return 1;
  close(fd);
  if (!strcmp(argv[3], "exit")) return 0;
  for (;;) pause();
}
