// A click is a step of the waveform that the programme does not have: judged by the largest change of slope between
// neighbouring samples (the second difference), against that of the same recording before the fault. A hard cut between
// two phases of the tone, or from the tone into silence, stands out by the height of its step; a cross-fade or a fade
// of 5 ms does not.
#pragma once

#include "sound.h"

namespace understudy::bench::failover {

/// At or above this many times the programme's own largest step it is a click. AAC and the tone's own changes of pitch
/// stay below 1.2.
inline constexpr double kClickRatio = 1.5;

/// Largest step within `judged` by that within `programme`, or by what the tone itself can do where that is more.
double click_ratio(const test::Wav& wav, test::SampleRange programme, test::SampleRange judged);

}  // namespace understudy::bench::failover
