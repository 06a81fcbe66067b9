#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sstream>

#include "observers/frames_csv.h"
#include "observers/wav_audio_sink.h"
#include "observers/y4m.h"
#include "pictures.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::desktop;
using namespace understudy::test;

namespace {

constexpr Instant kStart{from_ms(1'000'000)};

struct Recorded {
  std::string header;
  std::string marks;      // N, R or C
  std::vector<int> luma;  // of each picture's first sample
};

Recorded parse_y4m(const std::string& bytes, std::size_t picture_bytes) {
  Recorded recorded;
  std::size_t at = bytes.find('\n');
  recorded.header = bytes.substr(0, at++);
  while (at < bytes.size()) {
    const std::size_t end = bytes.find('\n', at);
    recorded.marks += bytes[end - 1];
    recorded.luma.push_back(static_cast<unsigned char>(bytes[end + 1]));
    at = end + 1 + picture_bytes;
  }
  CHECK(at == bytes.size());
  return recorded;
}

std::int64_t little_endian(const std::string& bytes, std::size_t at, std::size_t count) {
  std::int64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value |= std::int64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
  return value;
}

std::int16_t sample(const std::string& data, std::size_t frame) {
  return static_cast<std::int16_t>(little_endian(data, frame * 4, 2));
}

}  // namespace

TEST_CASE("a steady stream is recorded picture by picture in spite of jitter") {
  const TempFile file("steady.y4m");
  auto y4m = std::move(Y4mObserver::open(file.path()).value());
  const int jitter_ms[] = {0, 3, -4, 8, 0, -7, 2, 0, 5, -3};
  for (int i = 0; i < 10; ++i) {
    y4m->on_picture(make_picture(16, 8, 20 + i), kStart, kStart + from_ms(40 * i + jitter_ms[i]));
  }
  REQUIRE(y4m->finish(kStart + from_ms(400)));
  const Recorded recorded = parse_y4m(file.read(), 16 * 8 * 3 / 2);
  CHECK(recorded.header == "YUV4MPEG2 W16 H8 F25:1 Ip A1:1 C420jpeg");
  CHECK(recorded.marks == "NNNNNNNNNN");
  CHECK(recorded.luma == std::vector<int>{20, 21, 22, 23, 24, 25, 26, 27, 28, 29});
}

TEST_CASE("a clock that is half a percent fast shows neither as lost nor as repeated pictures") {
  const TempFile file("drift.y4m");
  auto y4m = std::move(Y4mObserver::open(file.path()).value());
  Instant now = kStart;
  for (int i = 0; i < 230; ++i, now += std::chrono::microseconds(39'800)) {
    y4m->on_picture(make_picture(2, 2, i), kStart, now);
  }
  REQUIRE(y4m->finish(now));
  const Recorded recorded = parse_y4m(file.read(), 6);
  CHECK(recorded.marks == std::string(recorded.marks.size(), 'N'));
  CHECK(recorded.marks.size() >= 229);
}

TEST_CASE("a late picture repeats the one before and a card is black") {
  const TempFile file("late.y4m");
  auto y4m = std::move(Y4mObserver::open(file.path()).value());
  y4m->on_picture(make_picture(4, 4, 50), kStart, kStart);
  y4m->on_picture(make_picture(4, 4, 60), kStart, kStart + from_ms(160));  // three late
  y4m->on_clear(kStart + from_ms(200));
  REQUIRE(y4m->finish(kStart + from_ms(280)));
  const Recorded recorded = parse_y4m(file.read(), 24);
  CHECK(recorded.luma == std::vector<int>{50, 50, 50, 50, 60, 16, 16});
  CHECK(recorded.marks == "NRRRNCC");
}

TEST_CASE("a picture that is replaced at once is missing") {
  const TempFile file("skipped.y4m");
  auto y4m = std::move(Y4mObserver::open(file.path()).value());
  y4m->on_picture(make_picture(4, 4, 50), kStart, kStart);
  y4m->on_picture(make_picture(4, 4, 60), kStart, kStart + from_ms(41));
  y4m->on_picture(make_picture(4, 4, 70), kStart, kStart + from_ms(42));
  REQUIRE(y4m->finish(kStart + from_ms(79)));
  CHECK(parse_y4m(file.read(), 24).luma == std::vector<int>{50, 70});
}

TEST_CASE("another picture size is scaled to the first one") {
  const TempFile file("scaled.y4m");
  auto y4m = std::move(Y4mObserver::open(file.path()).value());
  y4m->on_picture(make_picture(6, 4, 50), kStart, kStart);
  y4m->on_picture(make_picture(1921, 1081, 60), kStart, kStart + from_ms(40));
  REQUIRE(y4m->finish(kStart + from_ms(80)));
  CHECK(parse_y4m(file.read(), 36).luma == std::vector<int>{50, 60});
}

TEST_CASE("interleaved chroma is taken apart") {
  std::vector<std::uint8_t> planes(4 * 2, 10);
  planes.insert(planes.end(), {1, 2, 3, 4});  // U V U V
  VideoFrame frame = make_picture(4, 2, 0);
  frame.format = PixelFormat::nv12;
  frame.planes = {planes.data(), planes.data() + 8, nullptr};
  frame.strides = {4, 4, 0};
  const std::vector<std::uint8_t> i420 = to_i420(frame, 4, 2);
  CHECK(std::vector<std::uint8_t>(i420.begin() + 8, i420.end()) == std::vector<std::uint8_t>{1, 3, 2, 4});
}

TEST_CASE("the frame rate is the nearest usual one") {
  CHECK(frame_rate_of(Duration(33'366'667)).num == 30000);
  CHECK(frame_rate_of(from_ms(40)).num == 25);
  CHECK(frame_rate_of(Duration(16'666'667)).num == 60);
  CHECK(frame_rate_of(Duration::zero()).num == 25);
}

TEST_CASE("the sound file is what is heard: underruns and flushes are silence of their length") {
  const TempFile file("heard.wav");
  auto wav = std::move(WavAudioSink::open(file.path(), {48000, 2}).value());
  const std::vector<float> tone(4800 * 2, 0.5f);  // 100 ms
  wav->write(tone, kStart);
  wav->queued(kStart + from_ms(150));  // 50 ms of underrun
  wav->write(tone, kStart + from_ms(150));
  wav->flush(kStart + from_ms(200));  // half of it was not heard
  wav->write(tone, kStart + from_ms(300));
  REQUIRE(wav->finish(kStart + from_ms(400)));
  const std::string bytes = file.read();
  const std::size_t data = bytes.find("data");
  REQUIRE(data != std::string::npos);
  CHECK(little_endian(bytes, data + 4, 4) == 400 * 48 * 4);
  CHECK(bytes.size() == data + 8 + 400 * 48 * 4);
  CHECK(little_endian(bytes, 4, 4) == static_cast<std::int64_t>(bytes.size()) - 8);
  CHECK(bytes.find("start_monotonic_ns=1000000000000") != std::string::npos);
  const std::string heard = bytes.substr(data + 8);
  const auto at_ms = [&](std::size_t ms) { return sample(heard, ms * 48); };
  CHECK(at_ms(50) == 16384);
  CHECK(at_ms(120) == 0);
  CHECK(at_ms(175) == 16384);
  CHECK(at_ms(250) == 0);
  CHECK(at_ms(350) == 16384);
}

TEST_CASE("a pipe is told when the sound began, before the sound") {
  const TempFile pipe("sound.pipe");
  REQUIRE(::mkfifo(pipe.path().c_str(), 0600) == 0);
  const int reader = ::open(pipe.path().c_str(), O_RDWR | O_NONBLOCK);
  {
    auto wav = std::move(WavAudioSink::open(pipe.path(), {48000, 2}).value());
    wav->write(std::vector<float>(960, 0.5f), kStart);
    REQUIRE(wav->finish(kStart + from_ms(10)));
  }
  std::string heard(8192, '\0');
  const ssize_t size = ::read(reader, heard.data(), heard.size());
  ::close(reader);
  REQUIRE(size > 0);
  heard.resize(static_cast<std::size_t>(size));
  CHECK(heard.find("start_monotonic_ns=1000000000000") != std::string::npos);
  CHECK(heard.find("RIFF", 1) == std::string::npos);  // no second header among the samples
  CHECK(heard.size() == heard.find("data") + 8 + 480 * 4);
}

TEST_CASE("the frame list has a row for each presented picture") {
  const TempFile file("frames.csv");
  auto csv =
      std::move(FramesCsv::open(file.path(), [](SourceId id) { return "ch," + std::to_string(id.value); }).value());
  VideoFrame frame = make_picture(4, 4, 0, from_ms(40), 1);
  frame.content_time = MediaTime(from_ms(2000));
  frame.program_date_time = WallTime(from_ms(1'767'323'045'678));
  frame.lost_before = 3;
  csv->on_picture(frame, kStart, kStart + from_ms(1));
  REQUIRE(csv->finish(kStart));
  CHECK(file.read() ==
        "monotonic_ns,due_ns,media_time_ns,program_date_time,source,lost_before,repeated_before\n"
        "1000001000000,1000000000000,2000000000,2026-01-02T03:04:05.678Z,\"ch,1\",3,0\n");
}

TEST_CASE("a recording that cannot be opened is a typed error") {
  CHECK(Y4mObserver::open("/nonexistent/x.y4m").error().code == ErrorCode::file_output_failed);
  CHECK(WavAudioSink::open("/nonexistent/x.wav").error().code == ErrorCode::file_output_failed);
  CHECK(FramesCsv::open("/nonexistent/x.csv", nullptr).error().code == ErrorCode::file_output_failed);
}

TEST_CASE("a full disk is told at the end") {
  auto y4m = std::move(Y4mObserver::open("/dev/full").value());
  y4m->on_picture(make_picture(640, 360, 50), kStart, kStart);
  const auto finished = y4m->finish(kStart + from_ms(400));
  REQUIRE_FALSE(finished);
  CHECK(finished.error().code == ErrorCode::file_output_failed);
}
