#!/bin/bash
# Builds FFmpeg's libavutil, libswresample and libavcodec for WebAssembly: LGPL, only the decoders asked for, SIMD on, no
# threads, no network, no libavformat. Prints the installed prefix as its last line; everything else goes to stderr.
#
#   DECODERS="h264 aac mp3"   which decoders; also known: hevc ac3 eac3 opus flac
#   FFMPEG_SOURCE=DIR         an unpacked source tree; else
#   FFMPEG_ARCHIVE=FILE       a release archive listed in releases.sha256; else Debian's source package is fetched
#   UNDERSTUDY_CACHE=DIR      where prefixes are kept, default ~/.cache/understudy
#   JOBS=N                    compile jobs
#
# The prefix's name carries a hash of all that goes into it (sources, options, compiler), so a prefix that is there is
# right and costs a second. It is built in a temporary place and moved at the end, under a lock: an interrupted build
# leaves nothing, and of two builds at once the second takes what the first made.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=sources.sh
. "$here/sources.sh"

decoders=$(tr -s ', \n' '\n' <<<"${DECODERS:-h264 aac mp3}" | sed '/^$/d' | sort -u | xargs)
cache=${UNDERSTUDY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/understudy}
jobs=${JOBS:-$(nproc 2>/dev/null || echo 2)}

say() { echo "ffmpeg for wasm: $*" >&2; }
die() { say "$*"; exit 1; }

command -v emcc >/dev/null || die "emcc is not on the PATH (Debian: apt-get install emscripten; else activate an emsdk)"
mkdir -p "$cache"
find "$cache" -maxdepth 1 -name 'ffmpeg-tmp-*' -mmin +600 -exec rm -rf {} +   # left by a build that was killed
work=$(mktemp -d "$cache/ffmpeg-tmp-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

# FFmpeg's name for the decoder, of those that answer to one codec: the one with planar float output.
decoder_names() {
  local name
  for name in $decoders; do
    case $name in
      mp3) echo mp3float ;;
      h264 | hevc | aac | ac3 | eac3 | opus | flac) echo "$name" ;;
      *) die "unknown decoder '$name'" ;;
    esac
  done
}

# emcc itself is a Python program that starts clang; calling clang with the same flags halves the time. emcc says which
# clang that is, and in saying so makes an emsdk install its headers. Sets cc.
find_compiler() {
  local clang
  echo 'int probe;' >"$work/probe.c"
  emcc -v -c "$work/probe.c" -o "$work/probe.o" >"$work/probe.txt" 2>&1 || die "emcc does not compile: $(cat "$work/probe.txt")"
  clang=$(sed -nE 's/^ *"?([^" ]*\/clang[^" ]*)"? -target .*/\1/p' "$work/probe.txt" | head -n 1)
  if [ -x "$clang" ] && flags=$(emcc --cflags 2>/dev/null); then
    cc="$clang $flags"
  else
    cc=emcc
  fi
  compiler_version="$(emcc --version | head -n 1) $($cc --version | head -n 1)"
  if command -v ccache >/dev/null && [ "$cc" != emcc ]; then cc="ccache $cc"; fi
}

# x86_32 and not wasm32: it tells FFmpeg that memory is little endian and that unaligned reads are fast, as they are.
configure_options() {
  local list
  list=$(decoder_names | paste -sd,)
  printf '%s\n' --target-os=none --arch=x86_32 --enable-cross-compile --disable-asm --disable-x86asm --disable-inline-asm \
    --disable-stripping --disable-all --disable-autodetect --disable-everything --enable-avutil --enable-swresample \
    --enable-avcodec --disable-iconv --disable-debug --disable-network --disable-pthreads --disable-w32threads \
    --disable-os2threads --disable-runtime-cpudetect --enable-static --disable-shared --enable-bsf=null \
    "--enable-decoder=$list" --optflags=-O3 "--extra-cflags=-msimd128 -fno-exceptions"
}

prefix_for() {  # version of the sources
  local hash
  hash=$(printf '%s\n' "$1" "$compiler_version" "$(configure_options)" | sha256sum | cut -c1-16)
  echo "$cache/ffmpeg-$hash"
}

build_into() {  # source, prefix
  local source=$1 prefix=$2 options
  mapfile -t options < <(configure_options)
  mkdir "$work/build"
  cd "$work/build"
  say "configuring ($decoders)"
  "$source/configure" --prefix="$prefix" "${options[@]}" --cc="$cc" --ld=emcc --ar=emar --ranlib=emranlib --nm="$(command -v emnm || echo llvm-nm)" \
    >configure.txt 2>&1 || { cat ffbuild/config.log configure.txt 2>/dev/null | tail -n 40 >&2; die "configure failed"; }
  grep -q '^License: LGPL version 2.1' configure.txt || die "this is not an LGPL 2.1 build: $(grep License configure.txt)"
  local name
  for name in $(decoder_names); do
    grep -q "^#define CONFIG_${name^^}_DECODER 1" config_components.h config.h 2>/dev/null || die "this FFmpeg cannot build the decoder $name"
  done
  say "compiling with $jobs jobs"
  make -j "$jobs" >make.txt 2>&1 || { tail -n 40 make.txt >&2; die "make failed"; }
  make install DESTDIR="$work/stage" >>make.txt 2>&1
  cp "$source/COPYING.LGPLv2.1" "$work/stage$prefix/"
  printf '%s\n' "FFmpeg $version" "$compiler_version" "${options[@]}" >"$work/stage$prefix/build-info.txt"
  mv "$work/stage$prefix" "$prefix"
}

find_compiler
decoder_names >/dev/null
source_version        # sets version, without the network where it can
prefix=$(prefix_for "$version")
if [ ! -d "$prefix" ]; then
  exec 9>"$cache/ffmpeg.lock"
  flock 9
  fetch_source "$work" "$cache/sources"   # sets source, and version anew: the mirror may have moved on
  prefix=$(prefix_for "$version")
  if [ ! -d "$prefix" ]; then
    (build_into "$source" "$prefix")
    say "installed"
  fi
fi
echo "$prefix"
