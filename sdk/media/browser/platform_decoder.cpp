#include "media/browser/platform_decoder.h"

#include <algorithm>
#include <map>
#include <utility>

namespace understudy::media {
namespace {

// One that is silent so often in a row will not begin to speak.
constexpr int kMostSilences = 3;

std::map<int, PlatformDecoder*>& living() {
  static std::map<int, PlatformDecoder*> decoders;
  return decoders;
}

int last_id = 0;

}  // namespace

PlatformDecoder* PlatformDecoder::find(int id, int generation) {
  const auto at = living().find(id);
  return at != living().end() && at->second->generation_ == generation ? at->second : nullptr;
}

void PlatformDecoder::on_fatal(int id, const char* message) {
  const auto at = living().find(id);
  if (at != living().end()) at->second->on_error(true, message);
}

int PlatformDecoder::begin() {
  id_ = ++last_id;
  generation_ = 1;
  living()[id_] = this;
  return id_;
}

void PlatformDecoder::close() {
  if (!is_open()) return;
  living().erase(id_);
  calls_.close(id_);
  id_ = 0;
  under_way_.begin();
  drained_ = broken_ = false;
  queued_.reset();
}

bool PlatformDecoder::ask_for_rest() {
  if (!is_open() || broken_ || under_way_.size() == 0 || under_way_.draining()) return under_way_.draining();
  under_way_.drain();
  calls_.drain(id_, generation_);
  return true;
}

void PlatformDecoder::begin_anew() {
  const bool idle = under_way_.size() == 0 && !under_way_.draining() && !broken_;
  under_way_.forget();
  drained_ = broken_ = false;
  queued_.reset();
  failure_.reset();
  if (is_open() && !idle) calls_.reset(id_, ++generation_);
}

void PlatformDecoder::begin_turn(Instant now) {
  under_way_.at(now);
  if (queued_) under_way_.began_with_all_but(static_cast<std::size_t>(std::max(*queued_, 0)));
  queued_.reset();
}

bool PlatformDecoder::end_turn() {
  if (drained_) {
    drained_ = false;
    under_way_.forget();
    silences_ = 0;
    return true;
  }
  if (!broken_ && under_way_.silent()) {
    const bool last = ++silences_ >= kMostSilences;
    fail({last ? ErrorCode::decoder_unavailable : ErrorCode::decode_failed, "the decoder gives nothing"}, last);
  }
  return false;
}

void PlatformDecoder::on_error(bool fatal, const char* message) {
  const std::string text = message != nullptr ? message : "";
  fail({fatal ? ErrorCode::decoder_unavailable : ErrorCode::decode_failed, text}, fatal);
}

void PlatformDecoder::fail(Error&& error, bool fatal) {
  if (broken_ && !fatal) return;
  broken_ = true;
  failure_ = DecoderFailure{std::move(error), fatal, false, std::nullopt};
}

std::optional<DecoderFailure> PlatformDecoder::take_failure() {
  auto taken = std::move(failure_);
  failure_.reset();
  if (!taken) return taken;
  taken->content_time = under_way_.first();  // now that what came before it is taken
  taken->spoke = under_way_.spoke();
  return taken;
}

Instant PlatformDecoder::next_deadline() const {
  return is_open() && !broken_ ? under_way_.next_deadline() : Instant::max();
}

}  // namespace understudy::media
