#include "samples.h"

#include <fmt/format.h>

#include <stdexcept>

namespace understudy::soak {
namespace {

std::string field(const std::optional<double>& value) { return value ? fmt::format("{:.3f}", *value) : ""; }

}  // namespace

Samples::Samples(const std::string& csv_path) : csv_(csv_path) {
  csv_ << "t_s,who,rss_kb,pss_kb,descriptors,sockets,threads,cpu_s,log_bytes,quiet,channel,av_offset_ms,live_offset_s,"
          "stamp_delay_ms,"
          "sound_clock_ms\n";
  if (!csv_.flush()) throw std::runtime_error("cannot write " + csv_path);
}

void Samples::add(Sample s) {
  csv_ << fmt::format("{:.1f},{},{},{},{},{},{},{:.2f},{},{},{},{},{},{},{}\n", s.t_s, s.who, s.process.rss_kb,
                      s.process.pss_kb, s.process.descriptors, s.process.sockets, s.process.threads, s.process.cpu_s,
                      s.log_bytes, s.quiet ? 1 : 0, s.channel, field(s.av_offset_ms), field(s.live_offset_s),
                      field(s.stamp_delay_ms), field(s.sound_clock_ms));
  csv_.flush();  // whoever ends a long run keeps what it found
  all_.push_back(std::move(s));
}

}  // namespace understudy::soak
