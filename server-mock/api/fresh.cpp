#include "api/fresh.h"

#include <random>

namespace understudy::companion {
namespace {

std::string random_text() {
  constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  std::random_device device;
  std::string text;
  for (int i = 0; i < 25; ++i) text.push_back(kAlphabet[device() % 32]);
  return text;
}

}  // namespace

Fresh fresh_ids() { return {random_text(), random_text()}; }

}  // namespace understudy::companion
