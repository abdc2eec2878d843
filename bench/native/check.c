/* check FILE|- [STALL_AFTER_BYTES STALL_MS]: counts whole lines (one ^, then one ~), torn ones and all ~ (a line
   without one is lost). With a stall it
   stops reading for that long once, and says from when to when (ms since the epoch). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>

static long long now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

int main(int argc, char **argv) {
  static char buffer[1 << 18];
  if (argc < 2) return 2;
  int fd = strcmp(argv[1], "-") ? open(argv[1], O_RDONLY) : 0;
  long long stall_after = argc > 3 ? atoll(argv[2]) : -1, from = 0, to = 0, bytes = 0;
  long whole = 0, torn = 0, marks = 0;
  int opened = 0, closed = 0, bad = 0;
  ssize_t n;
  while ((n = read(fd, buffer, sizeof buffer)) > 0) {
    bytes += n;
    for (ssize_t i = 0; i < n; i++) {
      switch (buffer[i]) {
        case '^':
          if (opened) bad = 1;
          opened++;
          break;
        case '~':
          marks++;
          if (!opened || closed) bad = 1;
          closed++;
          break;
        case '\n':
          if (opened == 1 && closed == 1 && !bad) whole++;
          else if (opened || closed) torn++;
          opened = closed = bad = 0;
      }
    }
    if (stall_after >= 0 && !from && bytes >= stall_after) {
      from = now_ms();
      usleep(atol(argv[3]) * 1000);
      to = now_ms();
    }
  }
  printf("{\"bytes\":%lld,\"whole\":%ld,\"torn\":%ld,\"marks\":%ld,\"stall\":[%lld,%lld]}\n", bytes, whole, torn, marks, from, to);
  return 0;
}
