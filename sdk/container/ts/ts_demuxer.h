// MPEG-TS (ISO 13818-1): packets → PSI and PES → elementary streams → access units.
#pragma once

#include <map>
#include <optional>

#include "container/elementary_stream.h"
#include "container/ts/packet.h"
#include "container/ts/pes.h"
#include "container/ts/psi.h"
#include "container/ts/section.h"

namespace understudy::container::ts {

class TsDemuxer : public Demuxer {
 public:
  explicit TsDemuxer(const Limits& limits);

  void begin_segment(const SegmentStart& start) override;
  void push(std::span<const std::uint8_t> bytes, Sink& sink) override;
  SegmentReport end_segment(BodyEnd end, Sink& sink) override;
  bool lists_video() const override;

 private:
  struct Stream {
    EsInfo es;
    std::unique_ptr<ElementaryStream> units;
    PesReader pes;
    SectionAssembler sections;
  };

  void on_packet(std::span<const std::uint8_t> bytes, Sink& sink);
  /// Whether bytes are missing before this packet; a duplicate is not delivered.
  enum class Continuity { good, gap, duplicate };
  Continuity check_continuity(const Packet& packet);
  void keep_until_pmt(std::span<const std::uint8_t> bytes);
  void replay_kept(Sink& sink);
  void on_psi(const Packet& packet, Sink& sink);
  void on_pmt(const Pmt& pmt, Sink& sink);
  void on_stream_packet(Stream& stream, const Packet& packet, bool gap, Sink& sink);
  void on_section_unit(Stream& stream, std::span<const std::uint8_t> section, Sink& sink);
  void mark_encrypted(Stream& stream, Sink& sink);
  std::unique_ptr<Stream> make_stream(const EsInfo& es);

  // Packets that come before the first PMT of the stream; more than the pictures between two PATs, which are at most
  // 100 ms (TR 101 290) or, in HLS, a segment apart. Beyond it the oldest half is let go.
  static constexpr std::size_t kMaxKept = kPacketSize * 11'000;

  StreamContext context_;
  BufferPool pool_;
  SegmentLog log_;
  PacketSync sync_;
  TimeUnwrapper clock_;
  SegmentStart segment_;

  SectionAssembler pat_sections_;
  SectionAssembler pmt_sections_;
  std::optional<std::uint16_t> pmt_pid_;
  bool have_pmt_ = false;
  std::uint16_t pcr_pid_ = kNullPid;
  std::optional<std::uint64_t> last_pcr_;

  std::map<std::uint16_t, std::unique_ptr<Stream>> streams_;
  std::vector<std::unique_ptr<Stream>> retired_;  // gone from the PMT in this segment; reported with it
  std::map<std::uint16_t, std::uint8_t> counters_;
  std::vector<std::uint8_t> kept_;
};

}  // namespace understudy::container::ts
