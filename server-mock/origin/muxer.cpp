#include "origin/muxer.h"

namespace understudy::server {
namespace {

constexpr std::size_t kTsPacket = 188;

/// A libavformat muxer that writes into memory.
class MemoryMuxer {
 public:
  MemoryMuxer() = default;
  ~MemoryMuxer() {
    if (context_ == nullptr) return;
    take();
    avformat_free_context(context_);
  }
  MemoryMuxer(const MemoryMuxer&) = delete;
  MemoryMuxer& operator=(const MemoryMuxer&) = delete;

  Result<void> open(const char* format, const StreamFormats& formats, AVDictionary** options) {
    int error = avformat_alloc_output_context2(&context_, nullptr, format, nullptr);
    if (error < 0) return av::failed("muxer", error);
    context_->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;
    context_->flags |= AVFMT_FLAG_BITEXACT;
    context_->max_delay = 0;
    av_dict_set(&context_->metadata, "service_name", formats.service_name.c_str(), 0);
    av_dict_set(&context_->metadata, "service_provider", "Understudy", 0);
    add_stream(*formats.video, {1, 90'000});
    if (formats.audio) add_stream(*formats.audio, {1, formats.audio_rate});
    error = avio_open_dyn_buf(&context_->pb);
    if (error >= 0) error = avformat_write_header(context_, options);
    av_dict_free(options);
    if (error < 0) return av::failed("muxer header", error);
    avio_flush(context_->pb);
    return {};
  }

  /// Everything written so far; the muxer goes on with an empty buffer.
  std::string take() {
    if (context_->pb == nullptr) return {};
    std::uint8_t* data = nullptr;
    const int size = avio_close_dyn_buf(context_->pb, &data);
    std::string out(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    av_free(data);
    context_->pb = nullptr;
    return out;
  }
  std::int64_t position() const { return avio_tell(context_->pb); }

  Result<void> write(const std::vector<MuxPacket>& packets) {
    for (const MuxPacket& p : packets) {
      av::Packet packet(av_packet_clone(p.packet));
      packet->stream_index = p.video ? 0 : 1;
      packet->pts = p.pts;
      packet->dts = p.dts;
      packet->duration = p.duration;
      const AVRational from = p.video || is_ts() ? AVRational{1, 90'000} : context_->streams[1]->time_base;
      av_packet_rescale_ts(packet.get(), from, context_->streams[packet->stream_index]->time_base);
      const int error = av_write_frame(context_, packet.get());
      if (error < 0) return av::failed("muxing", error);
    }
    const int error = av_write_frame(context_, nullptr);  // flush: the last PES packet, or the movie fragment
    if (error < 0) return av::failed("muxing", error);
    return {};
  }

 private:
  bool is_ts() const { return std::string(context_->oformat->name) == "mpegts"; }
  void add_stream(const AVCodecParameters& parameters, AVRational time_base) {
    AVStream* stream = avformat_new_stream(context_, nullptr);
    avcodec_parameters_copy(stream->codecpar, &parameters);
    stream->codecpar->codec_tag = 0;
    stream->time_base = time_base;
  }
  AVFormatContext* context_ = nullptr;
};

void renumber(std::string& ts, ContinuityCounters& counters) {
  for (std::size_t at = 0; at + kTsPacket <= ts.size(); at += kTsPacket) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(ts[at + i]); };
    const auto pid = static_cast<std::uint16_t>((byte(1) & 0x1f) << 8 | byte(2));
    const bool payload = (byte(3) & 0x10) != 0;
    std::uint8_t& next = counters[pid];
    const int counter = payload ? next : next + 15;  // a packet without payload repeats the last counter
    ts[at + 3] = static_cast<char>((byte(3) & 0xf0) | (counter & 0x0f));
    if (payload) next = static_cast<std::uint8_t>((next + 1) & 0x0f);
  }
}

/// empty_moov: the init section needs no packet. frag_discont without edit lists: decode times are absolute, as each
/// fragment comes from a muxer of its own.
AVDictionary* fmp4_options(std::uint32_t sequence) {
  AVDictionary* options = nullptr;
  av_dict_set(&options, "movflags", "frag_custom+empty_moov+default_base_moof+frag_discont", 0);
  av_dict_set(&options, "use_editlist", "0", 0);
  av_dict_set_int(&options, "video_track_timescale", 90'000, 0);
  av_dict_set_int(&options, "fragment_index", sequence, 0);
  return options;
}

}  // namespace

Result<std::string> mux_ts(const StreamFormats& formats, const std::vector<MuxPacket>& packets,
                           ContinuityCounters& counters) {
  MemoryMuxer muxer;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "mpegts_copyts", "1", 0);
  auto opened = muxer.open("mpegts", formats, &options);
  if (!opened) return Unexpected{opened.error()};
  auto written = muxer.write(packets);
  if (!written) return Unexpected{written.error()};
  std::string bytes = muxer.take();
  renumber(bytes, counters);
  return bytes;
}

Result<std::string> mux_init(const StreamFormats& formats) {
  MemoryMuxer muxer;
  AVDictionary* options = fmp4_options(1);
  auto opened = muxer.open("mp4", formats, &options);
  if (!opened) return Unexpected{opened.error()};
  return muxer.take();
}

Result<std::string> mux_fmp4(const StreamFormats& formats, const std::vector<MuxPacket>& packets,
                             std::uint32_t sequence) {
  MemoryMuxer muxer;
  AVDictionary* options = fmp4_options(sequence);
  auto opened = muxer.open("mp4", formats, &options);
  if (!opened) return Unexpected{opened.error()};
  const auto header = static_cast<std::size_t>(muxer.position());
  auto written = muxer.write(packets);
  if (!written) return Unexpected{written.error()};
  return muxer.take().substr(header);
}

}  // namespace understudy::server
