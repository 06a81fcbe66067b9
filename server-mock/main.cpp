// understudy-server: flags, one socket for the companion, signals. Everything else is in the library beside it.
// The HTTP server's header comes first: it puts <utility> before Asio.
// clang-format off
#include "http/server.h"
// clang-format on

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "api/companion.h"
#include "api/utc.h"
#include "origin_port.h"
#include "store/channel_store.h"

namespace asio = boost::asio;
using namespace understudy;
using namespace understudy::companion;
using server::HttpServer;

namespace {

enum ExitCode { kStopped = 0, kFailed = 1, kUsage = 2, kCannotListen = 3, kDatabase = 4, kScript = 5 };

constexpr std::chrono::milliseconds kTick{100};  // how soon a playing encoder is a playing channel

constexpr const char* kExamples = R"(Examples:
  understudy-server --demo
      two started channels, ch-a with the fallback ch-b, key and secret "demo"
  understudy-server --listen 0.0.0.0:8080 --db /var/lib/understudy.db --key K --secret S --source clip.mp4
      an empty service that keeps its channels; new channels loop clip.mp4
  curl -u K:S -X POST localhost:8080/channels -H 'Content-Type: application/json' \
       -d '{"id":"ch-a","ingestLocation":"europe-west"}'
  curl -u K:S -X POST localhost:8080/channels/ch-a/start
  understudy-player http://localhost:8080/playout/ch-a

Exit codes: 0 stopped by SIGINT or SIGTERM, 1 unexpected failure, 2 wrong flags, 3 cannot listen,
  4 database, 5 script.)";

struct Options {
  std::string listen = "127.0.0.1:8080";
  std::string db = ":memory:";
  std::string key;
  std::string secret;
  std::string script;
  std::string source;
  std::string public_host;
  std::string log_format = "text";
  std::uint16_t origin_ports = 0;
  int ready_fd = -1;
  bool demo = false;
};

struct Address {
  std::string host;
  std::uint16_t port = 0;
};

// "127.0.0.1:8080", "[::1]:8080" or ":8080"; nothing where it is none of these.
std::optional<Address> parse_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  std::string host = text.substr(0, colon);
  const std::string port = text.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  const int number = std::stoi(port);
  if (number > 65535) return std::nullopt;
  return Address{host.empty()          ? "0.0.0.0"
                 : host == "localhost" ? "127.0.0.1"
                                       : host,
                 static_cast<std::uint16_t>(number)};
}

std::string in_url(const std::string& host) { return host.find(':') == std::string::npos ? host : "[" + host + "]"; }

// What a viewer can reach where the socket takes every address.
std::string reachable(const std::string& host) { return host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host; }

void define_flags(CLI::App& app, Options& o) {
  app.add_option("--listen", o.listen, "Address of the companion service, HOST:PORT; port 0 picks one")
      ->capture_default_str();
  app.add_option("--db", o.db, "SQLite file; created where missing; :memory: forgets at the end")
      ->capture_default_str();
  app.add_option("--key", o.key, "User of the management API")->envname("UNDERSTUDY_KEY");
  app.add_option("--secret", o.secret, "Password of the management API; better given by the environment")
      ->envname("UNDERSTUDY_SECRET");
  app.add_option("--origin-ports", o.origin_ports, "Port of the first channel, then counting up; 0: any free ports");
  app.add_option("--public-host", o.public_host, "Host in playout URLs; default: the listening one");
  app.add_option("--source", o.source, "Media file or URL that channels loop; default: a synthetic scene");
  app.add_option("--script", o.script, "File of timed faults")->check(CLI::ExistingFile);
  app.add_flag("--demo", o.demo, "Make and start ch-a (fallback ch-b) and ch-b; key and secret default to \"demo\"");
  app.add_option("--log-format", o.log_format)->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  app.add_option("--ready-fd", o.ready_fd, "Write the URL to this file descriptor when ready, then close it")
      ->check(CLI::Range(1, 1023));
  app.footer(kExamples);
}

class Log {
 public:
  explicit Log(bool json) : json_(json) {}
  void line(const std::string& text) const { print(stderr, {{"event", "log"}, {"message", text}}, text); }
  void listening(const std::string& url) const {
    print(stdout, {{"event", "listening"}, {"url", url}}, "listening on " + url);
  }

 private:
  void print(std::FILE* stream, const Json& json, const std::string& text) const {
    const std::string out = json_ ? json.dump(-1, ' ', false, Json::error_handler_t::replace) : text;
    std::fprintf(stream, "%s\n", out.c_str());
    std::fflush(stream);
  }
  bool json_;
};

int refuse(const Log& log, ExitCode code, const std::string& why) {
  log.line("understudy-server: " + why);
  return code;
}

// Each poller holds a descriptor, and the usual soft limit of 1024 is meant for programs that use select().
void allow_all_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);  // where it fails, connections wait in the kernel's queue for a free descriptor
}

void write_ready(int fd, const std::string& url) {
  const std::string line = url + "\n";
  if (::write(fd, line.data(), line.size()) < 0) return;  // who asked for it went away: no reason to stop
  ::close(fd);
}

asio::awaitable<Response> answer(Companion& companion, Request request) { co_return companion.handle(request); }

class Ticker {
 public:
  Ticker(asio::io_context& io, Companion& companion) : timer_(io), companion_(companion) { arm(); }

 private:
  void arm() {
    timer_.expires_after(kTick);
    timer_.async_wait([this](boost::system::error_code ec) {
      if (ec) return;
      companion_.tick();
      arm();
    });
  }
  asio::steady_timer timer_;
  Companion& companion_;
};

int run(const Options& o, const Address& address, const Log& log) {
  asio::io_context io(1);
  ChannelStore store(o.db);
  const std::string host = o.public_host.empty() ? reachable(address.host) : o.public_host;
  const auto origin = server::make_origin(io, {address.host, host, o.origin_ports, o.source});
  // Listening comes before the channels start: a second service on the same port must not touch anything.
  std::optional<Companion> companion;
  HttpServer http(io, [&](Request request) { return answer(*companion, std::move(request)); });
  std::uint16_t port = 0;
  try {
    port = http.listen(address.host, address.port);
  } catch (const boost::system::system_error& e) {
    return refuse(log, kCannotListen, fmt::format("cannot listen on {}: {}", o.listen, e.code().message()));
  }
  companion.emplace(CompanionDeps{store, *origin, current_time, [&](const std::string& line) { log.line(line); }},
                    Credentials{o.key, o.secret});
  if (o.demo) {
    if (const auto made = companion->make_demo_channels(); !made) return refuse(log, kFailed, made.refused().detail);
  }
  if (!o.script.empty()) {
    std::ifstream file(o.script, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (const Result<void> ran = origin->run_script(text); !ran) {
      return refuse(log, kScript, fmt::format("{}: {}", o.script, ran.error().detail));
    }
  }
  Ticker ticker(io, *companion);
  asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](boost::system::error_code ec, int) {
    if (ec) return;
    http.stop();
    origin->stop_all();
    io.stop();
  });
  const std::string url = fmt::format("http://{}:{}", in_url(host), port);
  log.listening(url);
  if (o.ready_fd > 0) write_ready(o.ready_fd, url);
  io.run();
  return kStopped;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"The companion service of Understudy and its live test origin.", "understudy-server"};
  define_flags(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kStopped : kUsage;
  }
  const Log log(options.log_format == "json");
  if (options.demo && options.key.empty() && options.secret.empty()) options.key = options.secret = "demo";
  if (options.key.empty() || options.secret.empty() || options.key.find(':') != std::string::npos) {
    return refuse(log, kUsage,
                  "--key (without a colon) and --secret are needed, or UNDERSTUDY_KEY and UNDERSTUDY_SECRET");
  }
  const auto address = parse_address(options.listen);
  if (!address) return refuse(log, kUsage, fmt::format("--listen {}: not HOST:PORT", options.listen));
  allow_all_descriptors();
  try {
    return run(options, *address, log);
  } catch (const StoreError& e) {
    return refuse(log, kDatabase, e.what());
  } catch (const std::exception& e) {
    return refuse(log, kFailed, e.what());
  }
}
