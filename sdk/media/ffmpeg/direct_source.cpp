#include "media/direct_source.h"

extern "C" {
#include <libavformat/avformat.h>
}

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "media/ffmpeg/codec.h"

namespace understudy::media {
namespace {

// A live stream is to start soon; what is not seen in this time is taken up when its packets come.
constexpr std::int64_t kAnalyzeMicroseconds = 1'000'000;

struct FormatDeleter {
  void operator()(AVFormatContext* c) const { avformat_close_input(&c); }
};
using Format = std::unique_ptr<AVFormatContext, FormatDeleter>;

container::Codec codec_of(AVCodecID id) {
  switch (id) {
    case AV_CODEC_ID_H264: return container::Codec::h264;
    case AV_CODEC_ID_HEVC: return container::Codec::hevc;
    case AV_CODEC_ID_AAC: return container::Codec::aac;
    case AV_CODEC_ID_MP3: return container::Codec::mp3;
    case AV_CODEC_ID_AC3: return container::Codec::ac3;
    case AV_CODEC_ID_EAC3: return container::Codec::eac3;
    case AV_CODEC_ID_OPUS: return container::Codec::opus;
    case AV_CODEC_ID_FLAC: return container::Codec::flac;
    default: return container::Codec::unknown;
  }
}

std::vector<std::uint8_t> config_of(const AVCodecParameters& p) {
  std::vector<std::uint8_t> config(p.extradata, p.extradata + p.extradata_size);
  // Our own form of these two is the one of ISOBMFF (codec.cpp turns it back).
  if (p.codec_id == AV_CODEC_ID_OPUS && config.size() >= 19) {
    std::vector<std::uint8_t> dops = {0, config[9]};
    for (const std::size_t i : {11, 10, 15, 14, 13, 12, 17, 16}) dops.push_back(config[i]);
    dops.insert(dops.end(), config.begin() + 18, config.end());
    return dops;
  }
  return config;
}

container::TrackInfo describe(const AVStream& stream) {
  const AVCodecParameters& p = *stream.codecpar;
  container::TrackInfo track;
  track.id = static_cast<std::uint32_t>(stream.index) + 1;
  track.kind = p.codec_type == AVMEDIA_TYPE_VIDEO ? container::TrackKind::video : container::TrackKind::audio;
  track.codec = codec_of(p.codec_id);
  track.config = config_of(p);
  track.width = p.width;
  track.height = p.height;
  track.sample_rate = p.sample_rate;
  track.channels = p.ch_layout.nb_channels;
  return track;
}

MediaTime time_of(std::int64_t stamp, AVRational base) {
  return MediaTime(Duration(av_rescale_q(stamp, base, AVRational{1, 1'000'000'000})));
}

std::size_t weight(const DirectSource::Item& item) {
  const auto* unit = std::get_if<container::AccessUnit>(&item);
  return unit != nullptr ? unit->data.size() : 0;
}

}  // namespace

struct DirectSource::Impl {
  explicit Impl(std::string address) : url(std::move(address)), thread([this] { run(); }) {}

  ~Impl() {
    {
      const std::lock_guard<std::mutex> lock(mutex);
      stopping = true;
    }
    room.notify_all();
    thread.join();
  }

  void push(Item&& item) {
    std::unique_lock<std::mutex> lock(mutex);
    room.wait(lock, [this] { return stopping || (bytes < kMaxQueueBytes && items.size() < kMaxQueueItems); });
    if (stopping) return;
    bytes += weight(item);
    items.push_back(std::move(item));
  }

  void finish(int status, const char* what) {
    End end;
    if (status != AVERROR_EOF) {
      const bool media = status == AVERROR_INVALIDDATA || status == AVERROR_DEMUXER_NOT_FOUND;
      end.error = Error{media ? ErrorCode::bad_media : ErrorCode::transport_failed, what + error_text(status)};
    }
    push(end);
  }

  void run();
  void read(AVFormatContext& format);

  const std::string url;
  std::mutex mutex;
  std::condition_variable room;
  std::deque<Item> items;
  std::size_t bytes = 0;
  std::atomic<bool> stopping{false};
  std::thread thread;  // last: it uses all of the above
};

void DirectSource::Impl::run() {
  AVFormatContext* raw = avformat_alloc_context();
  if (raw == nullptr) return finish(AVERROR(ENOMEM), "");
  raw->interrupt_callback.callback = [](void* self) { return static_cast<Impl*>(self)->stopping.load() ? 1 : 0; };
  raw->interrupt_callback.opaque = this;
  raw->max_analyze_duration = kAnalyzeMicroseconds;
  const int opened = avformat_open_input(&raw, url.c_str(), nullptr, nullptr);  // frees it where it fails
  if (opened < 0) return finish(opened, "cannot open: ");
  const Format format(raw);
  const int found = avformat_find_stream_info(raw, nullptr);
  if (found < 0) return finish(found, "cannot read: ");
  read(*raw);
}

void DirectSource::Impl::read(AVFormatContext& format) {
  const int video = av_find_best_stream(&format, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  const int audio = av_find_best_stream(&format, AVMEDIA_TYPE_AUDIO, -1, video, nullptr, 0);
  bool usable = false;
  for (const int index : {video, audio}) {
    if (index < 0) continue;
    container::TrackInfo track = describe(*format.streams[index]);
    usable = usable || track.codec != container::Codec::unknown;
    push(std::move(track));
  }
  if (!usable) {
    return push(End{Error{ErrorCode::unsupported_media, "no picture or sound of a codec that is played"}});
  }
  const PacketPtr packet(av_packet_alloc());
  for (;;) {
    const int status = av_read_frame(&format, packet.get());
    if (status < 0) return finish(status, "reading: ");
    const AVStream& stream = *format.streams[packet->stream_index];
    const bool wanted = packet->stream_index == video || packet->stream_index == audio;
    const std::int64_t stamp = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
    if (wanted && stamp != AV_NOPTS_VALUE && packet->size > 0) {
      container::AccessUnit unit;
      unit.track = static_cast<std::uint32_t>(packet->stream_index) + 1;
      unit.pts = time_of(stamp, stream.time_base);
      unit.dts = packet->dts != AV_NOPTS_VALUE ? time_of(packet->dts, stream.time_base) : unit.pts;
      unit.duration = time_of(packet->duration, stream.time_base).time_since_epoch();
      unit.key = packet->stream_index == audio || (packet->flags & AV_PKT_FLAG_KEY) != 0;
      unit.corrupt = (packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
      unit.data = container::Buffer::copy_of({packet->data, static_cast<std::size_t>(packet->size)});
      push(std::move(unit));
    }
    av_packet_unref(packet.get());
    if (stopping) return;
  }
}

DirectSource::DirectSource(const std::string& url) : impl_(std::make_unique<Impl>(url)) {}
DirectSource::~DirectSource() = default;

std::optional<DirectSource::Item> DirectSource::poll() {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  if (impl_->items.empty()) return std::nullopt;
  Item item = std::move(impl_->items.front());
  impl_->items.pop_front();
  impl_->bytes -= weight(item);
  impl_->room.notify_one();
  return item;
}

}  // namespace understudy::media
