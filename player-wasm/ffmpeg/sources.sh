# Where FFmpeg's sources come from; read by build.sh.
#   source_version   sets version, which names the sources
#   fetch_source     sets source (an unpacked tree) and version

source_version() {
  if [ -n "${FFMPEG_SOURCE:-}" ]; then
    [ -x "$FFMPEG_SOURCE/configure" ] || die "FFMPEG_SOURCE=$FFMPEG_SOURCE has no configure script"
    version="tree $(tree_hash "$FFMPEG_SOURCE")"
  elif [ -n "${FFMPEG_ARCHIVE:-}" ]; then
    [ -r "$FFMPEG_ARCHIVE" ] || die "cannot read FFMPEG_ARCHIVE=$FFMPEG_ARCHIVE"
    version="archive $(known_archive "$FFMPEG_ARCHIVE")"
  elif command -v apt-get >/dev/null && command -v dpkg-source >/dev/null; then
    version="package $(package_version)"
  else
    die "no sources: give FFMPEG_SOURCE=DIR or FFMPEG_ARCHIVE=FILE (Debian's source package needs apt-get and dpkg-source)"
  fi
}

fetch_source() {  # temporary directory, directory for downloads
  if [ -n "${FFMPEG_SOURCE:-}" ]; then
    source=$(cd "$FFMPEG_SOURCE" && pwd)
  elif [ -n "${FFMPEG_ARCHIVE:-}" ]; then
    mkdir "$1/source"
    tar -xf "$FFMPEG_ARCHIVE" -C "$1/source" --strip-components=1
    source=$1/source
  else
    fetch_package "$1" "$2"
  fi
}

tree_hash() {
  (cd "$1" && find . -name .git -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
}

known_archive() {
  local sum
  sum=$(sha256sum "$1" | cut -d' ' -f1)
  grep -m 1 "^$sum " "$here/releases.sha256" | sed 's/.* //' | grep . ||
    die "$1 is none of the archives in releases.sha256 (its SHA-256 is $sum)"
}

# The version that the desktop player links against, so that both decode alike; else what apt would install.
package_version() {
  dpkg-query -W -f '${source:Version}\n' libavutil-dev 2>/dev/null | grep . ||
    apt-cache policy libavutil-dev 2>/dev/null | sed -n 's/^ *Candidate: \([0-9].*\)/\1/p' | grep . || echo newest
}

# apt with a private list, made of the system's own with `deb` turned into `deb-src`: the mirrors, keys and proxies of
# this machine, its lists untouched, no rights needed. A mirror without sources is skipped by apt with a warning.
fetch_package() {
  local dir=$1/apt downloads=$2 wanted=${version#package } file
  mkdir -p "$dir/parts" "$dir/lists/partial" "$dir/cache/archives/partial" "$downloads"
  local found=$downloads/ffmpeg_${wanted#*:}.dsc
  if [ ! -f "$found" ]; then
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
      [ -f "$file" ] && sed -n 's/^deb[[:space:]]/deb-src /p' "$file" >"$dir/parts/$(basename "$file" .list).list"
    done
    for file in /etc/apt/sources.list.d/*.sources; do
      [ -f "$file" ] && sed 's/^Types:.*/Types: deb-src/' "$file" >"$dir/parts/$(basename "$file")"
    done
    local apt=(apt-get -q -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$dir/parts"
      -o "Dir::State::Lists=$dir/lists" -o "Dir::Cache=$dir/cache" -o APT::Sandbox::User=root)
    say "fetching the source package"
    "${apt[@]}" update >&2 || true   # one broken mirror is no reason to fail; without any, the next line does
    mkdir "$dir/download"
    (cd "$dir/download" && { "${apt[@]}" source --download-only "ffmpeg=$wanted" || "${apt[@]}" source --download-only ffmpeg; }) >&2 ||
      die "the source package cannot be fetched; give FFMPEG_SOURCE=DIR or FFMPEG_ARCHIVE=FILE"
    found=$(ls "$dir"/download/ffmpeg_*.dsc)
    mv "${found%/*}"/* "$downloads/"
    found=$downloads/${found##*/}
  fi
  version="package $(sed -n 's/^Version: //p' "$found" | head -n 1)"
  dpkg-source --no-check -x "$found" "$1/source" >&2   # apt checked signatures and sums when it downloaded
  source=$1/source
}
