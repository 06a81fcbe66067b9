// player_bench [player.json]: the desktop player beside mpv and ffplay on one live stream. README.md says how.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "child.h"
#include "contenders.h"
#include "display.h"
#include "figures.h"
#include "rig.h"

namespace understudy::bench {
namespace {

constexpr int kStartRuns = 5;
constexpr int kPlayRuns = 2;
constexpr std::chrono::seconds kFirstFrameDeadline{10};
constexpr std::chrono::seconds kPlayTime{15};

double seconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}
double cpu_seconds(const rusage& usage) {
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Figure start_on_screen(const std::vector<Contender>& players, const std::string& url, Display& display) {
  Figure figure("first frame, on screen", "ms", "aim: 0.50 or less of the better peer");
  for (int run = 0; run < kStartRuns; ++run) {
    for (const Contender& player : players) {
      const Command command = player.on_screen(url, display.name());
      Child child(command.words, command.environment);
      const auto seen =
          child.wait_until([&] { return display.shows_picture(); }, child.spawned() + kFirstFrameDeadline);
      if (seen)
        figure.add(player.name, 1000 * seconds_between(child.spawned(), *seen));
      else
        figure.add_failure(player.name);
      child.finish();
      // The X server takes the window away a little later than the process goes.
      const auto deadline = Clock::now() + std::chrono::seconds(2);
      while (display.shows_picture() && Clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  return figure;
}

Figure start_headless(const std::vector<Contender>& players, const std::string& url) {
  Figure figure("first frame, headless", "ms", "aim: 0.50 or less");
  for (int run = 0; run < kStartRuns; ++run) {
    for (const Contender& player : players) {
      if (player.headless == nullptr) continue;
      const Command command = player.headless(url);
      Child child(command.words, command.environment);
      const auto seen = child.wait_for_line(player.first_frame_line, child.spawned() + kFirstFrameDeadline);
      if (seen)
        figure.add(player.name, 1000 * seconds_between(child.spawned(), *seen));
      else
        figure.add_failure(player.name);
    }
  }
  return figure;
}

void play(const std::vector<Contender>& players, const std::string& url, Figure& cpu, Figure& memory) {
  for (int run = 0; run < kPlayRuns; ++run) {
    for (const Contender& player : players) {
      if (player.headless == nullptr) continue;
      const Command command = player.headless(url);
      Child child(command.words, command.environment);
      const auto begun = child.wait_for_line(player.first_frame_line, child.spawned() + kFirstFrameDeadline);
      if (!begun) {
        cpu.add_failure(player.name);
        memory.add_failure(player.name);
        continue;
      }
      child.run_until(*begun + kPlayTime);
      const double played = seconds_between(*begun, Clock::now());
      const rusage usage = child.finish();
      cpu.add(player.name, 60 * cpu_seconds(usage) / played);
      memory.add(player.name, static_cast<double>(usage.ru_maxrss) / 1024);
    }
  }
}

int run(const std::string& json_file) {
  test::Service service;
  service.add_channel("bench",
                      {{"width", 1280}, {"height", 720}, {"fps", 30}, {"bitrate_kbps", 3000}, {"segment_s", 2}});
  const std::string url = service.media_url("bench");
  const std::vector<Contender> players = contenders();
  // Three segments behind the live edge is a place only once there are more of them.
  const auto window_full = Clock::now() + std::chrono::seconds(10);
  Child settle(players.front().headless(url).words, {});
  settle.run_until(window_full);
  settle.finish();

  std::vector<Figure> figures;
  if (const auto display = Display::open(service.dir(), 1280, 720))
    figures.push_back(start_on_screen(players, url, *display));
  else
    fmt::print("No Xvfb here: first frames on screen are not measured.\n");
  figures.push_back(start_headless(players, url));
  Figure cpu("CPU seconds per played minute, headless, 720p30", "s", "");
  Figure memory("peak memory, headless, 720p30", "MiB", "");
  play(players, url, cpu, memory);
  figures.push_back(std::move(cpu));
  figures.push_back(std::move(memory));

  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Figure& figure : figures) {
    figure.print();
    all.push_back(figure.json());
  }
  if (json_file.empty()) return 0;
  std::filesystem::create_directories(std::filesystem::absolute(json_file).parent_path());
  std::ofstream(json_file) << all.dump(2) << '\n';
  fmt::print("\nAll values: {}\n", json_file);
  return 0;
}

}  // namespace
}  // namespace understudy::bench

int main(int argc, char** argv) {
  try {
    return understudy::bench::run(argc > 1 ? argv[1] : "");
  } catch (const std::exception& error) {
    fmt::print(stderr, "player_bench: {}\n", error.what());
    return 1;
  }
}
