// URLs that libavformat opens: read on a thread, so these tests wait for the thread, never for a time.
#include "media/direct_source.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "rig.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::test;
using namespace std::chrono_literals;

namespace {

struct TemporaryFile {
  explicit TemporaryFile(const EncodedStream& stream)
      : path(std::filesystem::temp_directory_path() / ("understudy-direct-" + std::to_string(::getpid()) + ".ts")) {
    std::ofstream out(path, std::ios::binary);
    for (const EncodedSegment& segment : stream.segments) {
      out.write(reinterpret_cast<const char*>(segment.bytes.data()),
                static_cast<std::streamsize>(segment.bytes.size()));
    }
  }
  ~TemporaryFile() { std::filesystem::remove(path); }
  std::filesystem::path path;
};

/// Iterates without letting time pass until `ready`.
template <class Ready>
void wait_for(Rig& rig, Ready ready) {
  while (!ready()) {
    rig.iterate();
    std::this_thread::yield();
  }
}

}  // namespace

TEST_CASE("a file is played through a direct source") {
  const EncodedStream stream = encode({});
  const TemporaryFile file(stream);
  Rig rig;
  rig.pipeline.open_direct(kA, Epoch{1}, file.path.string());
  rig.pipeline.start(kA, content(0));
  rig.expect(kA, stream);
  wait_for(rig, [&] { return rig.buffer(kA).good_until >= content(149); });
  rig.run_for(7s);
  REQUIRE(rig.video.pictures.size() == 150);
  for (std::size_t i = 0; i < rig.video.pictures.size(); ++i) {
    CHECK(rig.video.pictures[i].number == static_cast<std::int64_t>(i));
  }
  CHECK(rig.facts_of<media::PlayedOut>().size() == 1);
}

TEST_CASE("a direct source that cannot be opened tells a typed error") {
  Rig rig;
  rig.pipeline.open_direct(kA, Epoch{1}, "/nonexistent/understudy.ts");
  wait_for(rig, [&] { return !rig.facts_of<media::MediaDamaged>().empty(); });
  const auto damaged = rig.facts_of<media::MediaDamaged>();
  CHECK(damaged[0].source == kA);
  CHECK(damaged[0].error.code == ErrorCode::transport_failed);
}

TEST_CASE("closing a direct source ends its thread, whatever it waits for") {
  const TemporaryFile file(encode({}));
  for (int i = 0; i < 20; ++i) {
    media::DirectSource source(file.path.string());
    if (i % 2 == 0) (void)source.poll().has_value();
  }
  SUCCEED();
}
