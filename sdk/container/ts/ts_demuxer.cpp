#include "container/ts/ts_demuxer.h"

#include <algorithm>

#include "container/annexb/video_stream.h"
#include "container/packed_audio/audio_stream.h"
#include "container/ts/opus_stream.h"
#include "container/ts/unit_stream.h"

namespace understudy::container::ts {
namespace {

constexpr std::uint16_t kPatPid = 0;

std::unique_ptr<ElementaryStream> make_units(const EsInfo& es, const StreamContext& context) {
  switch (es.carriage) {
    case Carriage::video: return std::make_unique<annexb::VideoStream>(es.pid, es.codec, context);
    case Carriage::audio: return std::make_unique<AudioStream>(es.pid, es.codec, context);
    case Carriage::opus: return std::make_unique<OpusStream>(es.pid, es.opus_channel_config, context);
    case Carriage::pes_units:
    case Carriage::sections: break;
  }
  return std::make_unique<UnitStream>(es, context);
}

}  // namespace

TsDemuxer::TsDemuxer(const Limits& limits) : context_{&pool_, &log_, limits} {}

void TsDemuxer::begin_segment(const SegmentStart& start) {
  segment_ = start;
  log_ = {};
  pat_sections_ = {};
  pmt_sections_ = {};
  counters_.clear();  // packagers restart them with each segment, or don't
  kept_.clear();
  retired_.clear();
  if (start.discontinuity) {
    clock_.reset();
    last_pcr_.reset();
    pmt_pid_.reset();
    have_pmt_ = false;
  }
  for (auto& [pid, stream] : streams_) {
    stream->pes.reset();
    stream->sections = {};
    stream->units->begin_segment(start);
  }
}

void TsDemuxer::push(std::span<const std::uint8_t> bytes, Sink& sink) {
  sync_.push(bytes, [&](std::span<const std::uint8_t> packet) { on_packet(packet, sink); });
}

void TsDemuxer::on_packet(std::span<const std::uint8_t> bytes, Sink& sink) {
  const Packet packet = Packet::parse(bytes);
  if (packet.pid == kNullPid) return;
  if (packet.pid == kPatPid || packet.pid == pmt_pid_) {
    on_psi(packet, sink);
    return;
  }
  if (!have_pmt_) {
    keep_until_pmt(bytes);
    return;
  }
  if (packet.pid == pcr_pid_ && packet.pcr) last_pcr_ = packet.pcr;
  const auto found = streams_.find(packet.pid);
  if (found == streams_.end()) return;
  const Continuity continuity = check_continuity(packet);
  if (continuity == Continuity::duplicate || (packet.payload.empty() && continuity == Continuity::good)) return;
  on_stream_packet(*found->second, packet, continuity == Continuity::gap, sink);
}

// 2.4.3.3: the counter counts packets with payload; a packet may be sent twice.
TsDemuxer::Continuity TsDemuxer::check_continuity(const Packet& packet) {
  if (packet.payload.empty()) return Continuity::good;
  const auto [at, first] = counters_.try_emplace(packet.pid, packet.continuity_counter);
  const std::uint8_t last = at->second;
  at->second = packet.continuity_counter;
  if (first || packet.discontinuity || ((last + 1) & 0x0f) == packet.continuity_counter) return Continuity::good;
  if (last == packet.continuity_counter) return Continuity::duplicate;
  ++log_.continuity_errors;
  return Continuity::gap;
}

void TsDemuxer::keep_until_pmt(std::span<const std::uint8_t> bytes) {
  if (kept_.size() + bytes.size() > kMaxKept) {
    const std::size_t half = kMaxKept / 2 / kPacketSize * kPacketSize;
    kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(half));
    log_.skipped_bytes += static_cast<std::uint32_t>(half);
  }
  kept_.insert(kept_.end(), bytes.begin(), bytes.end());
}

void TsDemuxer::replay_kept(Sink& sink) {
  const std::vector<std::uint8_t> kept = std::move(kept_);
  kept_.clear();
  for (std::size_t at = 0; at < kept.size(); at += kPacketSize) {
    on_packet(std::span(kept).subspan(at, kPacketSize), sink);
  }
}

void TsDemuxer::on_psi(const Packet& packet, Sink& sink) {
  if (packet.payload.empty()) return;
  SectionAssembler& sections = packet.pid == kPatPid ? pat_sections_ : pmt_sections_;
  const Continuity continuity = check_continuity(packet);
  if (continuity == Continuity::duplicate) return;
  if (packet.transport_error || continuity == Continuity::gap) sections.reset();
  std::optional<Pat> pat;
  std::optional<Pmt> pmt;
  sections.push(packet.payload, packet.unit_start, [&](std::span<const std::uint8_t> section) {
    if (packet.pid == kPatPid) {
      if (const auto parsed = parse_pat(section)) pat = parsed;
    } else if (const auto parsed_map = parse_pmt(section)) {
      pmt = parsed_map;
    }
  });
  if (pat && pmt_pid_ != pat->first_pmt_pid) {
    const bool first = !pmt_pid_;
    pmt_pid_ = pat->first_pmt_pid;
    pmt_sections_.reset();
    if (first) replay_kept(sink);  // the PMT may be among them
  }
  if (pmt) on_pmt(*pmt, sink);
}

void TsDemuxer::on_pmt(const Pmt& pmt, Sink& sink) {
  pcr_pid_ = pmt.pcr_pid;
  for (auto at = streams_.begin(); at != streams_.end();) {
    if (std::find(pmt.streams.begin(), pmt.streams.end(), at->second->es) != pmt.streams.end()) {
      ++at;
      continue;
    }
    at->second->units->end_segment(BodyEnd::complete, sink);
    if (retired_.size() < context_.limits.max_tracks) retired_.push_back(std::move(at->second));
    at = streams_.erase(at);
  }
  for (const EsInfo& es : pmt.streams) {
    if (streams_.count(es.pid) != 0) continue;
    if (streams_.size() >= context_.limits.max_tracks) {
      log_.fail(ErrorCode::limit_exceeded, "the PMT lists more streams than the limit");
      break;
    }
    streams_.emplace(es.pid, make_stream(es));
  }
  if (have_pmt_) return;
  have_pmt_ = true;
  replay_kept(sink);
}

std::unique_ptr<TsDemuxer::Stream> TsDemuxer::make_stream(const EsInfo& es) {
  const bool bounded = es.carriage != Carriage::video && es.carriage != Carriage::audio;
  auto stream = std::make_unique<Stream>(Stream{es, make_units(es, context_), PesReader(bounded), {}});
  stream->units->begin_segment(segment_);
  return stream;
}

void TsDemuxer::on_stream_packet(Stream& stream, const Packet& packet, bool gap, Sink& sink) {
  if (packet.scrambled) {
    mark_encrypted(stream, sink);
    return;
  }
  if (stream.es.carriage == Carriage::sections) {
    if (gap || packet.transport_error) {
      stream.sections.reset();
      stream.units->gap(sink);
    }
    stream.sections.push(packet.payload, packet.unit_start,
                         [&](std::span<const std::uint8_t> section) { on_section_unit(stream, section, sink); });
    return;
  }
  if (gap || packet.transport_error) stream.pes.gap(*stream.units, sink);
  stream.pes.push(packet.payload, packet.unit_start, clock_, *stream.units, sink);
  if (packet.transport_error) stream.pes.gap(*stream.units, sink);  // what it carried is damaged as well
}

// SCTE 35 sections have no PTS of their own beyond the splice time inside: they are due when they arrive.
void TsDemuxer::on_section_unit(Stream& stream, std::span<const std::uint8_t> section, Sink& sink) {
  if (!last_pcr_) {
    log_.skipped_bytes += static_cast<std::uint32_t>(section.size());
    return;
  }
  const MediaTime now = clock_.peek(*last_pcr_);
  stream.units->begin_packet(Stamp{now, now}, sink);
  stream.units->push(section, sink);
  stream.units->end_packet(sink);
}

void TsDemuxer::mark_encrypted(Stream& stream, Sink& sink) {
  log_.fail(ErrorCode::unsupported_media, "the transport stream is scrambled");
  TrackInfo info = stream.units->output().info();
  if (info.encrypted) return;
  info.encrypted = true;
  stream.units->output().set_info(std::move(info));
  stream.units->output().announce(sink);
}

bool TsDemuxer::lists_video() const {
  return std::any_of(streams_.begin(), streams_.end(),
                     [](const auto& stream) { return stream.second->es.kind == TrackKind::video; });
}

SegmentReport TsDemuxer::end_segment(BodyEnd end, Sink& sink) {
  sync_.finish([&](std::span<const std::uint8_t> packet) { on_packet(packet, sink); });
  SegmentReport report;
  for (auto& [pid, stream] : streams_) {
    stream->units->end_segment(end, sink);
    if (stream->units->output().to_be_reported()) report.tracks.push_back(stream->units->output().report());
  }
  for (const auto& stream : retired_) {
    if (stream->units->output().to_be_reported()) report.tracks.push_back(stream->units->output().report());
  }
  if (!have_pmt_) log_.fail(ErrorCode::bad_media, "no program map table");
  report.damaged_units = log_.damaged_units;
  report.continuity_errors = log_.continuity_errors;
  report.skipped_bytes = log_.skipped_bytes + static_cast<std::uint32_t>(sync_.take_skipped());
  report.error = log_.error;
  return report;
}

}  // namespace understudy::container::ts
