// Streams made at test time by the ffmpeg program, deterministic, in a temporary folder that goes away.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "collect.h"

namespace understudy::test {

/// The bytes of `ffmpeg <inputs and options> out.<extension>`; nothing where there is no ffmpeg or it fails.
std::optional<Bytes> generate(const std::string& options, const std::string& extension);

/// All files that `ffmpeg <options>` makes, by name; `@` in the options stands for the folder they go to.
std::map<std::string, Bytes> generate_files(const std::string& options);

// Two seconds of moving picture and a tone, as inputs 0 and 1.
inline const std::string kPicture = "-f lavfi -i testsrc2=s=320x180:r=25:d=2 ";
inline const std::string kTone = "-f lavfi -i sine=f=440:r=48000:d=2 ";
inline const std::string kTone44 = "-f lavfi -i sine=f=440:r=44100:d=2 ";

}  // namespace understudy::test
