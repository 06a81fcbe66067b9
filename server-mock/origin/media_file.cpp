#include "origin/media_file.h"

namespace understudy::server {
namespace {

int interrupted(void* cancelled) { return static_cast<const std::atomic<bool>*>(cancelled)->load() ? 1 : 0; }

}  // namespace

Result<std::unique_ptr<MediaFile>> MediaFile::open(const std::string& url, AVMediaType kind,
                                                   const std::atomic<bool>& cancelled) {
  std::unique_ptr<MediaFile> file(new MediaFile);
  AVFormatContext* format = avformat_alloc_context();
  format->interrupt_callback = {interrupted, const_cast<std::atomic<bool>*>(&cancelled)};
  int error = avformat_open_input(&format, url.c_str(), nullptr, nullptr);  // frees the context where it fails
  if (error < 0) return av::failed("source", error);
  file->format_.reset(format);
  error = avformat_find_stream_info(format, nullptr);
  if (error < 0) return av::failed("source", error);
  const AVCodec* codec = nullptr;
  file->stream_ = av_find_best_stream(format, kind, -1, -1, &codec, 0);
  if (file->stream_ < 0) return av::failed("source", file->stream_);
  for (unsigned i = 0; i < format->nb_streams; ++i) {
    if (static_cast<int>(i) != file->stream_) format->streams[i]->discard = AVDISCARD_ALL;
  }
  file->decoder_.reset(avcodec_alloc_context3(codec));
  avcodec_parameters_to_context(file->decoder_.get(), format->streams[file->stream_]->codecpar);
  file->decoder_->pkt_timebase = format->streams[file->stream_]->time_base;
  file->decoder_->thread_count = 1;
  error = avcodec_open2(file->decoder_.get(), codec, nullptr);
  if (error < 0) return av::failed("source decoder", error);
  return file;
}

std::optional<double> MediaFile::duration_s() const {
  if (format_->duration <= 0) return std::nullopt;
  return static_cast<double>(format_->duration) / AV_TIME_BASE;
}

Result<MediaFile::Decoded> MediaFile::next() {
  const AVStream* stream = format_->streams[stream_];
  const std::int64_t start = format_->start_time == AV_NOPTS_VALUE
                                 ? 0
                                 : av_rescale_q(format_->start_time, {1, AV_TIME_BASE}, stream->time_base);
  av::Packet packet(av_packet_alloc());
  for (;;) {
    Decoded out;
    out.frame.reset(av_frame_alloc());
    const int got = avcodec_receive_frame(decoder_.get(), out.frame.get());
    if (got >= 0) {
      out.at_s = static_cast<double>(out.frame->best_effort_timestamp - start) * av_q2d(stream->time_base);
      return out;
    }
    if (got == AVERROR_EOF) return Decoded{};
    if (got != AVERROR(EAGAIN)) return av::failed("source decoder", got);
    const int read = av_read_frame(format_.get(), packet.get());
    if (read == AVERROR_EXIT) return av::failed("source", read);
    if (read < 0) {  // the end, or a file that breaks off: show what there is
      if (!drained_) avcodec_send_packet(decoder_.get(), nullptr);
      drained_ = true;
      continue;
    }
    // A damaged packet is the source's affair; the decoder goes on with the next.
    if (packet->stream_index == stream_) avcodec_send_packet(decoder_.get(), packet.get());
    av_packet_unref(packet.get());
  }
}

Result<void> MediaFile::seek(double at_s) {
  const std::int64_t start = format_->start_time == AV_NOPTS_VALUE ? 0 : format_->start_time;
  const int error =
      avformat_seek_file(format_.get(), -1, INT64_MIN, start + static_cast<std::int64_t>(at_s * AV_TIME_BASE),
                         start + static_cast<std::int64_t>(at_s * AV_TIME_BASE), 0);
  if (error < 0 && at_s > 0.001) return seek(0);
  if (error < 0) return av::failed("source cannot be sought", error);
  avcodec_flush_buffers(decoder_.get());
  drained_ = false;
  return {};
}

}  // namespace understudy::server
