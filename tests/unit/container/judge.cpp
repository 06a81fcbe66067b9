#include "judge.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

extern "C" {
#include <libavformat/avformat.h>
}

namespace understudy::test {
namespace {

struct Memory {
  std::span<const std::uint8_t> bytes;
  std::int64_t at = 0;
};

int read_memory(void* opaque, std::uint8_t* out, int size) {
  auto& memory = *static_cast<Memory*>(opaque);
  const auto left = static_cast<std::int64_t>(memory.bytes.size()) - memory.at;
  const auto count = std::min<std::int64_t>(left, size);
  if (count <= 0) return AVERROR_EOF;
  std::copy_n(memory.bytes.data() + memory.at, count, out);
  memory.at += count;
  return static_cast<int>(count);
}

std::int64_t seek_memory(void* opaque, std::int64_t offset, int whence) {
  auto& memory = *static_cast<Memory*>(opaque);
  const auto size = static_cast<std::int64_t>(memory.bytes.size());
  if (whence == AVSEEK_SIZE) return size;
  if (whence == SEEK_CUR) offset += memory.at;
  if (whence == SEEK_END) offset += size;
  if (offset < 0 || offset > size) return AVERROR(EINVAL);
  memory.at = offset;
  return offset;
}

std::optional<MediaTime> time_of(std::int64_t stamp, AVRational base) {
  if (stamp == AV_NOPTS_VALUE) return std::nullopt;
  return MediaTime(from_ticks(stamp * base.num, static_cast<std::uint32_t>(base.den)));
}

Bytes without_adts(const AVPacket& packet, int codec_id, bool has_adts) {
  std::size_t skip = 0;
  if (codec_id == AV_CODEC_ID_AAC && has_adts && packet.size >= 7 && packet.data[0] == 0xff) {
    skip = (packet.data[1] & 1) != 0 ? 7 : 9;
  }
  return Bytes(packet.data + std::min<std::size_t>(skip, static_cast<std::size_t>(packet.size)),
               packet.data + packet.size);
}

std::string ticks(std::optional<MediaTime> time) {
  if (!time) return "none";
  return std::to_string(time->time_since_epoch().count() * 9 / 100'000) + "t";
}

bool agree(MediaTime ours, MediaTime theirs, bool modulo, Duration tolerance) {
  constexpr Duration kPeriod = from_ticks(std::int64_t{1} << 33, 90'000);
  Duration off = ours - theirs;
  if (modulo) {
    off %= kPeriod;
    if (off > kPeriod / 2) off -= kPeriod;
    if (off < -kPeriod / 2) off += kPeriod;
  }
  // Rounding to nanoseconds on both sides.
  return std::chrono::abs(off) <= std::max(tolerance, Duration(2));
}

std::span<const std::uint8_t> without_zero_bytes(std::span<const std::uint8_t> unit) {
  while (unit.size() > 3 && unit[0] == 0 && unit[1] == 0 && unit[2] == 0) unit = unit.subspan(1);
  while (!unit.empty() && unit.back() == 0) unit = unit.first(unit.size() - 1);
  return unit;
}

class Comparison {
 public:
  Comparison(const container::TrackInfo& track, const Exceptions& allowed, std::vector<std::string>& out)
      : track_(track), allowed_(allowed), out_(out), audio_(track.kind == container::TrackKind::audio) {}

  void run(const std::vector<container::AccessUnit>& ours, const std::vector<JudgedPacket>& theirs) {
    if (ours.size() != theirs.size()) {
      tell(std::to_string(ours.size()) + " units, the judge has " + std::to_string(theirs.size()));
    }
    const std::size_t count = std::min(ours.size(), theirs.size());
    for (std::size_t i = 0; i < count && told_ < 6; ++i) {
      unit_ = i;
      compare_bytes(ours[i].data.bytes(), theirs[i].data);
      if (ours[i].key != theirs[i].key) tell(ours[i].key ? "key, not so the judge" : "not key, the judge says so");
      compare_time("pts", ours[i].pts, theirs[i].pts, audio_ ? allowed_.audio_offset : allowed_.video_pts_offset);
      compare_time("dts", ours[i].dts, theirs[i].dts, audio_ ? allowed_.audio_offset : Duration(0));
    }
  }

 private:
  void compare_bytes(std::span<const std::uint8_t> ours, std::span<const std::uint8_t> theirs) {
    if (allowed_.hevc_zero_byte && track_.codec == container::Codec::hevc) {
      ours = without_zero_bytes(ours);
      theirs = without_zero_bytes(theirs);
    }
    if (allowed_.metadata_header && track_.codec == container::Codec::id3 && ours.size() >= 5) ours = ours.subspan(5);
    if (std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end())) return;
    tell("bytes differ (" + std::to_string(ours.size()) + ", judge " + std::to_string(theirs.size()) + ")");
  }

  void compare_time(const char* what, MediaTime ours, std::optional<MediaTime> theirs, Duration offset) {
    const Duration tolerance = audio_ ? from_ticks(allowed_.audio_frames_between_stamps, 90'000) : Duration(0);
    if (theirs && agree(ours - offset, *theirs, allowed_.modulo_33_bits, tolerance)) return;
    tell(std::string(what) + " " + ticks(ours) + ", judge " + ticks(theirs));
  }

  void tell(const std::string& what) {
    ++told_;
    out_.push_back("track " + std::to_string(track_.id) + " unit " + std::to_string(unit_) + ": " + what);
  }

  const container::TrackInfo& track_;
  const Exceptions& allowed_;
  std::vector<std::string>& out_;
  bool audio_;
  std::size_t unit_ = 0;
  std::size_t told_ = 0;
};

}  // namespace

std::map<std::uint32_t, JudgedStream> judge(std::span<const std::uint8_t> bytes) {
  av_log_set_level(AV_LOG_QUIET);
  constexpr int kBuffer = 32768;
  Memory memory{bytes};
  AVIOContext* io = avio_alloc_context(static_cast<std::uint8_t*>(av_malloc(kBuffer)), kBuffer, 0, &memory, read_memory,
                                       nullptr, seek_memory);
  AVFormatContext* format = avformat_alloc_context();
  format->pb = io;
  format->correct_ts_overflow = 0;
  std::map<std::uint32_t, JudgedStream> streams;
  if (avformat_open_input(&format, nullptr, nullptr, nullptr) == 0) {
    const bool adts = std::string(format->iformat->name) == "mpegts" || std::string(format->iformat->name) == "aac";
    avformat_find_stream_info(format, nullptr);
    AVPacket* packet = av_packet_alloc();
    while (av_read_frame(format, packet) >= 0) {
      const AVStream& stream = *format->streams[packet->stream_index];
      JudgedStream& to = streams[static_cast<std::uint32_t>(stream.id)];
      to.codec_id = stream.codecpar->codec_id;
      to.packets.push_back({without_adts(*packet, to.codec_id, adts), time_of(packet->pts, stream.time_base),
                            time_of(packet->dts, stream.time_base), (packet->flags & AV_PKT_FLAG_KEY) != 0});
      av_packet_unref(packet);
    }
    av_packet_free(&packet);
    avformat_close_input(&format);
  }
  av_freep(&io->buffer);
  avio_context_free(&io);
  return streams;
}

std::vector<std::string> differences(const Collector& ours, const std::map<std::uint32_t, JudgedStream>& theirs,
                                     const Exceptions& allowed) {
  std::vector<std::string> out;
  for (const auto& [track, stream] : theirs) {
    const auto found = ours.units.find(track);
    if (found == ours.units.end()) {
      out.push_back("track " + std::to_string(track) + " is missing, the judge has " +
                    std::to_string(stream.packets.size()) + " packets of it");
      continue;
    }
    Comparison(ours.tracks.at(track), allowed, out).run(found->second, stream.packets);
  }
  for (const auto& [track, units] : ours.units) {
    if (theirs.count(track) == 0) out.push_back("track " + std::to_string(track) + " is unknown to the judge");
  }
  return out;
}

}  // namespace understudy::test
