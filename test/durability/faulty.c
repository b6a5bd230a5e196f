/*
 * Makes a disk fail or slow, for tests: loaded in front of the C library (LD_PRELOAD), it lets writes or syncs of chosen files
 * fail, or take their time, while a file exists. The file, named by FAULTY_DISK_ORDER, says what, in one line:
 *
 *   write|sync EIO|ENOSPC|EROFS|<milliseconds> <end of the path>
 *
 * It is read at each call, so that a test can begin and end a fault while the program runs.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int errorOf(const char *name) {
  if (strcmp(name, "ENOSPC") == 0) return ENOSPC;
  if (strcmp(name, "EROFS") == 0) return EROFS;
  return EIO;
}

static int endsWith(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && strcmp(text + length - tail, end) == 0;
}

static void waitFor(long ms) {
  struct timespec left = {ms / 1000, ms % 1000 * 1000000};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) continue;
}

/* The error that this call on this file is to fail with, 0: none; waits first where it is to be slow. Leaves errno alone. */
static int faultOf(int fd, const char *call) {
  const char *order = getenv("FAULTY_DISK_ORDER");
  int before = errno, error = 0;
  if (order == NULL) return 0;
  int file = (int)syscall(SYS_openat, AT_FDCWD, order, O_RDONLY | O_CLOEXEC, 0);
  if (file >= 0) {
    char text[512], what[16], name[16], path[256], link[64], target[4096];
    ssize_t n = syscall(SYS_read, file, text, sizeof text - 1);
    syscall(SYS_close, file);
    text[n > 0 ? n : 0] = 0;
    if (sscanf(text, "%15s %15s %255s", what, name, path) == 3 && strcmp(what, call) == 0) {
      snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
      ssize_t length = readlink(link, target, sizeof target - 1);
      if (length > 0) {
        target[length] = 0;
        if (endsWith(target, path)) {
          if (name[0] >= '0' && name[0] <= '9') waitFor(atol(name));
          else error = errorOf(name);
        }
      }
    }
  }
  errno = before;
  return error;
}

#define FAIL(fd, call)                  \
  do {                                  \
    int error = faultOf(fd, call);      \
    if (error != 0) {                   \
      errno = error;                    \
      return -1;                        \
    }                                   \
  } while (0)

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int fsync(int fd) {
  FAIL(fd, "sync");
  return NEXT(fsync)(fd);
}
int fdatasync(int fd) {
  FAIL(fd, "sync");
  return NEXT(fdatasync)(fd);
}
ssize_t write(int fd, const void *bytes, size_t n) {
  FAIL(fd, "write");
  return NEXT(write)(fd, bytes, n);
}
ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at) {
  FAIL(fd, "write");
  return NEXT(pwrite)(fd, bytes, n, at);
}
ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at) {
  FAIL(fd, "write");
  return NEXT(pwrite64)(fd, bytes, n, at);
}
ssize_t pwritev(int fd, const struct iovec *parts, int n, off_t at) {
  FAIL(fd, "write");
  return NEXT(pwritev)(fd, parts, n, at);
}
