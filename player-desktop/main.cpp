#include <fmt/format.h>

#include <cstdio>

#include "application.h"
#include "cli_options.h"

int main(int argc, char** argv) {
  using namespace understudy::desktop;
  const auto parsed = parse_options({argv + 1, argv + argc});
  if (const auto* early = std::get_if<EarlyExit>(&parsed)) {
    fmt::print(early->code == kExitOk ? stdout : stderr, "{}", early->text);
    return early->code;
  }
  return run(std::get<Options>(parsed));
}
