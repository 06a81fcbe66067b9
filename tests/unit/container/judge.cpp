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

Bytes without_adts(const AVPacket& packet, int codec_id, bool transport_stream) {
  std::size_t skip = 0;
  if (codec_id == AV_CODEC_ID_AAC && transport_stream && packet.size >= 7 && packet.data[0] == 0xff) {
    skip = (packet.data[1] & 1) != 0 ? 7 : 9;
  }
  return Bytes(packet.data + std::min<std::size_t>(skip, static_cast<std::size_t>(packet.size)),
               packet.data + packet.size);
}

std::string describe(std::uint32_t track, std::size_t index, const std::string& what) {
  return "track " + std::to_string(track) + " unit " + std::to_string(index) + ": " + what;
}

std::string ticks(std::optional<MediaTime> time) {
  if (!time) return "none";
  return std::to_string(time->time_since_epoch().count() * 9 / 100'000) + "t";
}

bool agree(MediaTime ours, std::optional<MediaTime> theirs, const Exceptions& allowed, bool audio) {
  if (!theirs) return allowed.missing_stamps;
  constexpr Duration kPeriod = from_ticks(std::int64_t{1} << 33, 90'000);
  Duration off = ours - *theirs;
  if (allowed.modulo_33_bits) {
    off %= kPeriod;
    if (off > kPeriod / 2) off -= kPeriod;
    if (off < -kPeriod / 2) off += kPeriod;
  }
  // A wrap is not a whole number of nanoseconds, hence the 2.
  const Duration tolerance = audio ? allowed.audio_interpolation : Duration(0);
  return std::chrono::abs(off) <= std::max(tolerance, Duration(2));
}

void compare_track(std::uint32_t track, const std::vector<container::AccessUnit>& ours, const JudgedStream& stream,
                   bool audio, const Exceptions& allowed, std::vector<std::string>& out) {
  std::vector<JudgedPacket> theirs = stream.packets;
  if (audio && allowed.cut_last_audio_frame && theirs.size() == ours.size() + 1) theirs.pop_back();
  if (ours.size() != theirs.size()) {
    out.push_back("track " + std::to_string(track) + ": " + std::to_string(ours.size()) + " units, the judge has " +
                  std::to_string(theirs.size()));
  }
  std::size_t told = 0;
  for (std::size_t i = 0; i < std::min(ours.size(), theirs.size()) && told < 4; ++i) {
    const auto bytes = ours[i].data.bytes();
    const auto before = out.size();
    if (!std::equal(bytes.begin(), bytes.end(), theirs[i].data.begin(), theirs[i].data.end())) {
      out.push_back(describe(
          track, i,
          "bytes differ (" + std::to_string(bytes.size()) + ", judge " + std::to_string(theirs[i].data.size()) + ")"));
    }
    if (!agree(ours[i].pts, theirs[i].pts, allowed, audio)) {
      out.push_back(describe(track, i, "pts " + ticks(ours[i].pts) + ", judge " + ticks(theirs[i].pts)));
    }
    if (!agree(ours[i].dts, theirs[i].dts, allowed, audio)) {
      out.push_back(describe(track, i, "dts " + ticks(ours[i].dts) + ", judge " + ticks(theirs[i].dts)));
    }
    if (ours[i].key != theirs[i].key) out.push_back(describe(track, i, ours[i].key ? "key" : "not key"));
    told += out.size() - before;
  }
}

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
    const auto& ignored = allowed.ignored_tracks;
    if (std::find(ignored.begin(), ignored.end(), track) != ignored.end()) continue;
    const auto found = ours.units.find(track);
    if (found == ours.units.end()) {
      out.push_back("track " + std::to_string(track) + " is missing, the judge has " +
                    std::to_string(stream.packets.size()) + " packets of it");
      continue;
    }
    const bool audio = ours.tracks.at(track).kind == container::TrackKind::audio;
    compare_track(track, found->second, stream, audio, allowed, out);
  }
  for (const auto& [track, units] : ours.units) {
    if (theirs.count(track) == 0) out.push_back("track " + std::to_string(track) + " is unknown to the judge");
  }
  return out;
}

}  // namespace understudy::test
