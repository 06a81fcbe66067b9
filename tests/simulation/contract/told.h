// Facts as sentences, the same for the model's and the pipeline's: what has to be equal is in the words.
#pragma once

#include <string>

#include "simulation/contract/media_port.h"

namespace understudy::contract {

inline std::string closed_text(SourceId source, MediaSequenceNumber msn, bool good) {
  return "closed " + std::to_string(source.value) + " segment " + std::to_string(msn.value) + (good ? " good" : " bad");
}

/// The members have the same names on both sides.
struct ToldText {
  template <class F>
  std::string operator()(const F& f) const {
    if constexpr (requires { f.segment; } || requires { f.msn; }) {
      return "";  // of a segment: told by the port, which knows its epoch
    } else if constexpr (requires { f.frames_lost; }) {
      return "switched " + std::to_string(f.from.value) + " to " + std::to_string(f.to.value) + " at " + in_frames(f.content_time) +
             " lost " + std::to_string(f.frames_lost) + " repeated " + std::to_string(f.frames_repeated);
    } else if constexpr (requires { f.against; }) {
      if (!f.clear) return "unclear " + std::to_string(f.source.value);
      return "aligned " + std::to_string(f.source.value) + " to " + std::to_string(f.against.value) + " skew " +
             std::to_string((to_ms(f.skew) + (f.skew < Duration::zero() ? -5 : 5)) / 10 * 10);
    } else if constexpr (requires { f.gap; }) {
      return "resumed";
    } else if constexpr (requires { f.error; }) {
      return "damaged " + std::to_string(f.source.value);
    } else if constexpr (requires { f.content_time; }) {
      return "first frame of " + std::to_string(f.source.value) + " at " + in_frames(f.content_time);
    } else if constexpr (requires { f.source; }) {
      return "played out " + std::to_string(f.source.value);
    } else {
      return "stalled";
    }
  }
};

}  // namespace understudy::contract
