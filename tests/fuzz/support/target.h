// What every target is made of: its entry, promises, and a reader that turns the fuzzer's bytes into values.
//
// A target is one file, targets/NAME.cpp. Under libFuzzer it is a program, fuzz_NAME; with any compiler all targets together
// are `fuzz_regressions`, which plays regressions/NAME/* and seeds/NAME/* through them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

namespace understudy::fuzz {

using Bytes = std::span<const std::uint8_t>;
using Run = void (*)(Bytes);

/// Called by main before main: names a target for the program that has all of them.
bool add_target(const char* name, Run run);

/// Ends the run, saying where, when a promise is broken.
inline void promise(bool kept, const char* what, const char* file, int line) {
  if (kept) return;
  std::fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, what);
  std::abort();
}

inline std::string_view text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// Takes values off the front of the input; at its end everything is zero or empty.
class Reader {
 public:
  explicit Reader(Bytes bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }
  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const std::uint8_t value = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return value;
  }
  /// Below `bound`.
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : (bound <= 256 ? byte() : u32()) % bound; }
  std::uint32_t u32() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | byte();
    return value;
  }
  std::uint64_t u64() {
    const std::uint64_t high = u32();
    return high << 32 | u32();
  }
  Bytes take(std::size_t count) {
    const Bytes taken = bytes_.first(count < bytes_.size() ? count : bytes_.size());
    bytes_ = bytes_.subspan(taken.size());
    return taken;
  }
  /// Up to the next `divider`, which is taken too; all where there is none.
  std::string_view until(char divider) {
    const std::string_view text = text_of(bytes_);
    const std::size_t end = text.find(divider);
    const std::string_view piece = text.substr(0, end);
    bytes_ = bytes_.subspan(end == std::string_view::npos ? bytes_.size() : end + 1);
    return piece;
  }
  Bytes rest() { return take(bytes_.size()); }

 private:
  Bytes bytes_;
};

}  // namespace understudy::fuzz

#define PROMISE(...) ::understudy::fuzz::promise((__VA_ARGS__), #__VA_ARGS__, __FILE__, __LINE__)

/// UNDERSTUDY_FUZZ_TARGET(name) { … uses `input` … }
#ifdef UNDERSTUDY_LIBFUZZER
#define UNDERSTUDY_FUZZ_TARGET(name)                                                     \
  static void run_##name(::understudy::fuzz::Bytes input);                               \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {    \
    run_##name({data, size});                                                            \
    return 0;                                                                            \
  }                                                                                      \
  static void run_##name([[maybe_unused]] ::understudy::fuzz::Bytes input)
#else
#define UNDERSTUDY_FUZZ_TARGET(name)                                                     \
  static void run_##name(::understudy::fuzz::Bytes input);                               \
  [[maybe_unused]] static const bool added_##name = ::understudy::fuzz::add_target(#name, run_##name); \
  static void run_##name([[maybe_unused]] ::understudy::fuzz::Bytes input)
#endif
