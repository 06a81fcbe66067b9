#!/bin/sh
# purity.sh ARCHIVE…: the engine reads no clock, starts no thread, touches no file, socket or environment and draws no randomness
# of its own. What an archive leaves undefined says so for certain; a review would miss it.
# purity.sh --impure ARCHIVE…: the opposite, to prove that the check finds what it looks for.
set -u
want=0
if [ "${1:-}" = --impure ]; then want=1; shift; fi
[ $# -gt 0 ] || { echo "usage: purity.sh [--impure] ARCHIVE…" >&2; exit 2; }

# Whole names of C functions; a leading __ or a trailing 64, _chk or @version does not hide one.
c_names='clock|clock_gettime|clock_getres|gettimeofday|time|ftime|times|localtime|localtime_r|gmtime|gmtime_r|mktime|strftime
nanosleep|clock_nanosleep|usleep|sleep|alarm|setitimer|timer_create|select|pselect|poll|ppoll|epoll_wait|epoll_create1|eventfd
pthread_create|pthread_join|pthread_mutex_lock|pthread_cond_wait|pthread_cond_timedwait|thrd_create|sem_wait|fork|vfork|execve|system|popen
fopen|freopen|fdopen|fread|fwrite|fputs|fputc|puts|putchar|printf|fprintf|vprintf|vfprintf|open|openat|creat|read|pread|write|pwrite|close|mmap
stat|fstat|lstat|opendir|readdir|unlink|rename|mkdir|mkstemp|tmpfile|stdout|stderr|stdin
socket|connect|bind|listen|accept|accept4|send|sendto|sendmsg|recv|recvfrom|recvmsg|getaddrinfo|gethostbyname|inet_pton|pipe|pipe2|ioctl
getenv|secure_getenv|setenv|setlocale|getpid|rand|srand|random|srandom|drand48|rand_r|arc4random|getrandom|getentropy|dlopen|dlsym|signal|sigaction|exit|_exit'
# Beginnings of C++ names.
cxx_names='std::chrono::.*::now|std::thread|std::jthread|std::condition_variable|std::mutex|std::future|std::async|std::this_thread|std::__atomic_futex
std::random_device|std::basic_[io]?fstream|std::basic_filebuf|std::filesystem|std::__fs|std::cout|std::cerr|std::clog|std::cin|std::ios_base::Init|std::locale::global|std::__throw_regex_error'

join() { printf '%s' "$1" | tr '\n' '|'; }
pattern="^(__(isoc99_)?)?($(join "$c_names"))(64)?(_chk)?(@.*)?\$|^($(join "$cxx_names"))"

bad=0
for archive in "$@"; do
  [ -f "$archive" ] || { echo "purity: no such archive: $archive" >&2; exit 2; }
  symbols=$(nm -C --undefined-only "$archive" | sed -n 's/^ *U //p' | sort -u)
  [ -n "$symbols" ] || { echo "purity: nm shows nothing of $archive" >&2; exit 2; }
  found=$(printf '%s\n' "$symbols" | grep -E "$pattern")
  [ -z "$found" ] && { echo "purity: $archive is pure"; continue; }
  bad=1
  echo "purity: $archive uses:"
  printf '%s\n' "$found" | while IFS= read -r symbol; do
    echo "  $symbol"
    nm -A -C --undefined-only "$archive" | grep -F " U $symbol" | sed 's/^[^:]*:\([^:]*\):.*/    in \1/' | sort -u
  done
done
[ "$bad" -eq "$want" ]
