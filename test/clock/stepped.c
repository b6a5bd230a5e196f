/*
 * Sets the wall clock of one program, for tests: loaded in front of the C library (LD_PRELOAD), it adds to what the
 * system's clock shows the seconds that the file named by STEPPED_CLOCK says. The file is read at each call, so that a test
 * can set the clock while the program runs. The monotonic clock is left alone, and so is the kernel: who waits until a time of
 * this clock waits for so much longer. End a program that is ahead by SIGKILL.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Seconds to add. Leaves errno alone. */
static long ahead(void) {
  const char *name = getenv("STEPPED_CLOCK");
  int before = errno;
  long seconds = 0;
  if (name == NULL) return 0;
  int file = (int)syscall(SYS_openat, AT_FDCWD, name, O_RDONLY | O_CLOEXEC, 0);
  if (file >= 0) {
    char text[64];
    ssize_t n = syscall(SYS_read, file, text, sizeof text - 1);
    if (n > 0) {
      text[n] = 0;
      seconds = atol(text);
    }
    syscall(SYS_close, file);
  }
  errno = before;
  return seconds;
}

int clock_gettime(clockid_t clock, struct timespec *out) {
  int result = (int)syscall(SYS_clock_gettime, clock, out);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) out->tv_sec += ahead();
  return result;
}

int gettimeofday(struct timeval *out, void *zone) {
  struct timespec now;
  (void)zone;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
  out->tv_sec = now.tv_sec;
  out->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != NULL) *out = now.tv_sec;
  return now.tv_sec;
}
