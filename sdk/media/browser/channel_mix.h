// Sound of n channels as mono or stereo, with the weights that libswresample has by default, so that the same stream is
// as loud in the browser as it is natively: sides and surrounds at -3 dB, a centre at -3 dB in both, no LFE. A decoder
// tells the number of its channels, but not which they are.
//
// Like libswresample for float it does not scale a sum down that may exceed 1: a stream's loudness would depend on how
// many channels it has, and the device clips.
#pragma once

#include <span>
#include <vector>

#include "container/access_unit.h"

namespace understudy::media {

/// `planar`: `frames` samples of each of `channels`. Appends `out_channels` planes to `out`; for other than mono and
/// stereo the channels one by one, and silence where there are no more.
///
/// The order of channels is that of libavcodec and WAVE, which decoders of AudioData keep: front left, front right,
/// front centre, LFE, back left, back right, side left, side right. Four channels of AAC and (E-)AC-3 have a back
/// centre; those of others are two pairs.
void mix_channels(container::Codec codec, const float* planar, int channels, int frames, int out_channels,
                  std::vector<float>& out);

}  // namespace understudy::media
