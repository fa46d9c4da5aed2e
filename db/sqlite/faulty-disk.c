/*
 * A disk that fails on demand and forgets what was never synced: loaded before libc into a process under test.
 * Knows only system calls; db/sqlite/faulty-disk.ts compiles it and says what it does.
 *
 *   FAULTY_DISK_RULES   file; while it is there, each line "call errno part" fails calls on paths with that part.
 *                       Calls: sync, write, resize, open (for writing).
 *   FAULTY_DISK_ROOT    folder whose files are mirrored to FAULTY_DISK_SHADOW: at each sync that succeeds, and when
 *                       one is deleted. The shadow is what a power cut would leave.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int path_of(int fd, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t size = readlink(link, path, PATH_MAX - 1);
  if (size <= 0) return 0;
  path[size] = 0;
  return path[0] == '/';
}

/* The errno that a rule gives for this call on this path, or 0. */
static int fault_of(const char *call, const char *path) {
  const char *rules = getenv("FAULTY_DISK_RULES");
  if (!rules || access(rules, F_OK) != 0) return 0;
  int saved = errno, found = 0;
  FILE *file = fopen(rules, "re");
  char line_call[16], part[256];
  int number;
  while (file && !found && fscanf(file, "%15s %d %255s", line_call, &number, part) == 3)
    if (strcmp(line_call, call) == 0 && strstr(path, part)) found = number;
  if (file) fclose(file);
  errno = saved;
  return found;
}

static int fails(const char *call, int fd) {
  char path[PATH_MAX];
  int number = path_of(fd, path) ? fault_of(call, path) : 0;
  if (number) errno = number;
  return number;
}

/* Where the shadow of a file lies; 0 for files that a power cut does not concern. */
static int shadow_of(const char *path, char *shadow) {
  const char *root = getenv("FAULTY_DISK_ROOT"), *to = getenv("FAULTY_DISK_SHADOW");
  if (!root || !to || strncmp(path, root, strlen(root)) != 0) return 0;
  size_t length = strlen(path);
  if (length > 4 && strcmp(path + length - 4, "-shm") == 0) return 0;
  snprintf(shadow, PATH_MAX, "%s%s", to, path + strlen(root));
  return 1;
}

/* Shadows of the names before and after a renaming that lasts only once its folder is synced. */
static char renamed_from[PATH_MAX], renamed_to[PATH_MAX];

static void mirror(int fd) {
  char path[PATH_MAX], shadow[PATH_MAX], draft[PATH_MAX + 8];
  static char buffer[1 << 16];
  if (!path_of(fd, path) || !shadow_of(path, shadow)) return;
  for (char *at = shadow + 1; (at = strchr(at, '/')); at++) {
    *at = 0;
    mkdir(shadow, 0700);
    *at = '/';
  }
  struct stat facts;
  if (fstat(fd, &facts) != 0) return;
  if (S_ISDIR(facts.st_mode) && *renamed_from) {
    REAL(rename)(renamed_from, renamed_to);
    *renamed_from = 0;
  }
  if (!S_ISREG(facts.st_mode)) return;
  /* Under another name first: the process may be killed in the middle of this. */
  snprintf(draft, sizeof draft, "%s.draft", shadow);
  int from = REAL(open)(path, O_RDONLY | O_CLOEXEC);
  int to = REAL(open)(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  ssize_t size;
  while (from >= 0 && to >= 0 && (size = read(from, buffer, sizeof buffer)) > 0)
    if (REAL(write)(to, buffer, size) != size) abort();
  if (from >= 0) close(from);
  if (to >= 0) close(to);
  REAL(rename)(draft, shadow);
}

int fsync(int fd) {
  if (fails("sync", fd)) return -1;
  int result = REAL(fsync)(fd);
  if (result == 0) mirror(fd);
  return result;
}

int fdatasync(int fd) {
  if (fails("sync", fd)) return -1;
  int result = REAL(fdatasync)(fd);
  if (result == 0) mirror(fd);
  return result;
}

ssize_t write(int fd, const void *bytes, size_t size) {
  return fails("write", fd) ? -1 : REAL(write)(fd, bytes, size);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) {
  return fails("write", fd) ? -1 : REAL(pwrite)(fd, bytes, size, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
  return fails("write", fd) ? -1 : REAL(pwrite64)(fd, bytes, size, at);
}

int ftruncate(int fd, off_t size) { return fails("resize", fd) ? -1 : REAL(ftruncate)(fd, size); }

int ftruncate64(int fd, off64_t size) { return fails("resize", fd) ? -1 : REAL(ftruncate64)(fd, size); }

#define OPEN(name)                                                                                              \
  int name(const char *path, int flags, ...) {                                                                  \
    va_list rest;                                                                                               \
    va_start(rest, flags);                                                                                      \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;                                     \
    va_end(rest);                                                                                               \
    int number = (flags & O_ACCMODE) == O_RDONLY ? 0 : fault_of("open", path);                                  \
    if (number) {                                                                                               \
      errno = number;                                                                                           \
      return -1;                                                                                                \
    }                                                                                                           \
    return REAL(name)(path, flags, mode);                                                                       \
  }

OPEN(open)
OPEN(open64)

int unlink(const char *path) {
  char shadow[PATH_MAX];
  int result = REAL(unlink)(path);
  if (result == 0 && shadow_of(path, shadow)) REAL(unlink)(shadow);
  return result;
}

int rename(const char *from, const char *to) {
  char before[PATH_MAX], after[PATH_MAX];
  int result = REAL(rename)(from, to);
  if (result == 0 && shadow_of(from, before) && shadow_of(to, after)) {
    strcpy(renamed_from, before);
    strcpy(renamed_to, after);
  }
  return result;
}
