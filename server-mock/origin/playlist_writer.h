// The origin's own playlist texts. It does not use the player's playlist code, so that the two cannot share a
// misreading.
#pragma once

#include <string>
#include <vector>

#include "origin/live_window.h"
#include "origin/settings.h"

namespace understudy::server {

std::string write_multivariant_playlist(const ChannelSettings& settings, const std::string& codecs);

/// RFC 8216 4.3.3; `segments` as LiveWindow::listed gives them. URIs are relative to the channel's folder.
std::string write_media_playlist(const ChannelSettings& settings, const std::vector<const ListedSegment*>& segments,
                                 bool endlist);

/// "s0-17.ts" or "s0-17.m4s": generation and media sequence number.
std::string segment_name(const ChannelSettings& settings, int generation, std::int64_t media_sequence);

}  // namespace understudy::server
