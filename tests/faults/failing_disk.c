/* A disk on which one chosen call fails: stands before the C library in a process and its children
 * (LD_PRELOAD).
 *
 * All calls that write, sync, name or cut a file below a folder are noted as "call path", the path from there
 * on. Those that fit a pattern are counted from 1 in all processes together; the chosen one does nothing and
 * fails. The file that FAILING_DISK names is shared memory: there stands what is asked for, and what has
 * happened (see failing_disk.py). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MOST_CALLS = 8192, LONGEST = 256 };

struct control {
    _Atomic int64_t calls;   /* so far */
    _Atomic int64_t fitting; /* of these */
    int64_t fail_at;         /* the number of the fitting call that fails; 0: none */
    int64_t error;           /* its errno */
    char folder[1024];       /* with a slash at its end */
    char pattern[1024];      /* for fnmatch */
    char made[MOST_CALLS][LONGEST];
};

static struct control *control;

__attribute__((constructor)) static void open_control(void) {
    const char *path = getenv("FAILING_DISK");
    int file = path ? open(path, O_RDWR) : -1;
    if (file < 0)
        return;
    void *shared = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (shared != MAP_FAILED)
        control = shared;
}

/* Notes a call on `path`; true where it is to fail, with errno set. */
static int is_failing(const char *call, const char *path) {
    if (!control || !control->folder[0] || strncmp(path, control->folder, strlen(control->folder)) != 0)
        return 0;
    char made[LONGEST];
    snprintf(made, sizeof made, "%s %s", call, path + strlen(control->folder));
    int64_t before = atomic_fetch_add(&control->calls, 1);
    if (before < MOST_CALLS)
        memcpy(control->made[before], made, sizeof made);
    if (fnmatch(control->pattern, made, FNM_PATHNAME) != 0)
        return 0;
    if (atomic_fetch_add(&control->fitting, 1) + 1 != control->fail_at)
        return 0;
    errno = (int)control->error;
    return 1;
}

static int is_failing_file(const char *call, int file) {
    char link[64], path[PATH_MAX];
    if (!control || !control->folder[0])
        return 0;
    int before = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = before;
    if (length < 0)
        return 0;
    path[length] = 0;
    return is_failing(call, path);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define ON_FILE(type, name, parameters, ...)                                                                 \
    type name parameters {                                                                                   \
        static __typeof__(&name) next;                                                                       \
        if (!next)                                                                                           \
            next = NEXT(name);                                                                               \
        if (is_failing_file(#name, file))                                                                    \
            return -1;                                                                                       \
        return next(__VA_ARGS__);                                                                            \
    }

/* Our paths are absolute. */
#define ON_PATH(name, parameters, ...)                                                                       \
    int name parameters {                                                                                    \
        static __typeof__(&name) next;                                                                       \
        if (!next)                                                                                           \
            next = NEXT(name);                                                                               \
        if (is_failing(#name, to))                                                                           \
            return -1;                                                                                       \
        return next(__VA_ARGS__);                                                                            \
    }

ON_FILE(ssize_t, write, (int file, const void *bytes, size_t n), file, bytes, n)
ON_FILE(ssize_t, pwrite, (int file, const void *bytes, size_t n, off_t at), file, bytes, n, at)
ON_FILE(ssize_t, pwrite64, (int file, const void *bytes, size_t n, off64_t at), file, bytes, n, at)
ON_FILE(ssize_t, writev, (int file, const struct iovec *parts, int n), file, parts, n)
ON_FILE(int, fsync, (int file), file)
ON_FILE(int, fdatasync, (int file), file)
ON_FILE(int, ftruncate, (int file, off_t size), file, size)
ON_FILE(int, ftruncate64, (int file, off64_t size), file, size)
ON_PATH(rename, (const char *from, const char *to), from, to)
ON_PATH(renameat, (int a, const char *from, int b, const char *to), a, from, b, to)
ON_PATH(renameat2, (int a, const char *from, int b, const char *to, unsigned flags), a, from, b, to, flags)
ON_PATH(link, (const char *from, const char *to), from, to)
ON_PATH(linkat, (int a, const char *from, int b, const char *to, int flags), a, from, b, to, flags)
