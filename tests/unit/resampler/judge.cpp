extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
}

#include <array>
#include <memory>

#include "sounds.h"
#include "support/catch.h"

namespace understudy::test {
namespace {

struct Free {
  void operator()(SwrContext* s) const { swr_free(&s); }
};
using Swr = std::unique_ptr<SwrContext, Free>;

Swr make(const char* from_layout, int to_channels, Rates rates) {
  AVChannelLayout from{};
  AVChannelLayout to{};
  REQUIRE(av_channel_layout_from_string(&from, from_layout) >= 0);
  av_channel_layout_default(&to, to_channels);
  SwrContext* swr = nullptr;
  REQUIRE(swr_alloc_set_opts2(&swr, &to, AV_SAMPLE_FMT_FLT, rates.to, &from, AV_SAMPLE_FMT_FLTP, rates.from, 0,
                              nullptr) >= 0);
  return Swr(swr);
}

}  // namespace

Samples judge(Rates rates, const Samples& in, bool steep) {
  const Swr swr = make("mono", 1, rates);
  if (steep) {
    REQUIRE(av_opt_set_int(swr.get(), "filter_size", 128, 0) >= 0);
    REQUIRE(av_opt_set_double(swr.get(), "cutoff", 0.95, 0) >= 0);
    REQUIRE(av_opt_set_double(swr.get(), "kaiser_beta", 9.6, 0) >= 0);
  }
  REQUIRE(swr_init(swr.get()) >= 0);
  Samples out(in.size() * static_cast<std::size_t>(rates.to) / static_cast<std::size_t>(rates.from) + 4096);
  auto* to = reinterpret_cast<std::uint8_t*>(out.data());
  const auto* from = reinterpret_cast<const std::uint8_t*>(in.data());
  const int first = swr_convert(swr.get(), &to, static_cast<int>(out.size()), &from, static_cast<int>(in.size()));
  REQUIRE(first > 0);
  to += static_cast<std::size_t>(first) * sizeof(float);
  const int rest = swr_convert(swr.get(), &to, static_cast<int>(out.size()) - first, nullptr, 0);
  REQUIRE(rest >= 0);
  out.resize(static_cast<std::size_t>(first + rest));
  return out;
}

std::vector<std::vector<float>> judge_mix(const char* layout, int out_channels) {
  const Swr swr = make(layout, out_channels, {48000, 48000});
  REQUIRE(swr_init(swr.get()) >= 0);
  AVChannelLayout from{};
  REQUIRE(av_channel_layout_from_string(&from, layout) >= 0);
  const int channels = from.nb_channels;
  std::vector<std::vector<float>> weights;
  for (int c = 0; c < channels; ++c) {
    std::array<float, 8> one{1};
    std::array<float, 8> silence{};
    std::vector<const std::uint8_t*> in(static_cast<std::size_t>(channels),
                                        reinterpret_cast<const std::uint8_t*>(silence.data()));
    in[static_cast<std::size_t>(c)] = reinterpret_cast<const std::uint8_t*>(one.data());
    std::vector<float> out(one.size() * static_cast<std::size_t>(out_channels));
    auto* to = reinterpret_cast<std::uint8_t*>(out.data());
    REQUIRE(swr_convert(swr.get(), &to, static_cast<int>(one.size()), in.data(), static_cast<int>(one.size())) > 0);
    out.resize(static_cast<std::size_t>(out_channels));
    weights.push_back(out);
  }
  return weights;
}

}  // namespace understudy::test
