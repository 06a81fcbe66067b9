#include "rig.h"

#include <curl/curl.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace understudy::test {
namespace {

std::size_t append(char* data, std::size_t size, std::size_t count, void* to) {
  static_cast<std::string*>(to)->append(data, size * count);
  return size * count;
}

HttpAnswer http(const std::string& method, const std::string& url, const Json& body) {
  HttpAnswer answer;
  CURL* curl = curl_easy_init();
  curl_slist* headers = curl_slist_append(nullptr, "Content-Type: application/json");
  const std::string text = body.is_null() ? "" : body.dump();
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(curl, CURLOPT_USERPWD, "key:secret");
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 10L);
  if (method != "GET") {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, text.c_str());
    if (!body.is_null()) curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  }
  if (curl_easy_perform(curl) == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
  }
  curl_slist_free_all(headers);
  curl_easy_cleanup(curl);
  return answer;
}

/// Polls until `done`; throws at the deadline, naming what was waited for.
template <class Predicate>
void wait_until(Predicate done, milliseconds deadline, const std::string& what) {
  const auto until = std::chrono::steady_clock::now() + deadline;
  while (!done()) {
    if (std::chrono::steady_clock::now() >= until) throw std::runtime_error("waited in vain for " + what);
    std::this_thread::sleep_for(milliseconds(20));
  }
}

}  // namespace

TempDir::TempDir(const std::string& name) {
  path_ = (std::filesystem::temp_directory_path() / ("understudy-" + name + "-" + std::to_string(::getpid()))).string();
  std::filesystem::remove_all(path_);
  std::filesystem::create_directories(path_);
}

TempDir::~TempDir() {
  std::error_code ignored;
  if (std::getenv("UNDERSTUDY_KEEP") == nullptr) std::filesystem::remove_all(path_, ignored);
}

Service::Service() : dir_("it") { spawn(); }

void Service::restart() {
  kill();
  spawn();
}

void Service::spawn() {
  const std::string log = dir_.file("server.log");
  process_ = std::make_unique<Process>(
      std::vector<std::string>{UNDERSTUDY_SERVER, "--listen", "127.0.0.1:0", "--db", dir_.file("db.sqlite"), "--key", "key", "--secret",
                               "secret"},
      log);
  const std::string ready = "listening on ";
  wait_until([&] { return process_->output().find(ready) != std::string::npos || !process_->running(); }, seconds(20), ready);
  const std::string output = process_->output();
  const std::size_t at = output.find(ready);
  if (at == std::string::npos) throw std::runtime_error("the service did not start: " + output);
  const std::size_t begin = at + ready.size();
  base_ = output.substr(begin, output.find_first_of(" \r\n\"", begin) - begin);
}

Service::~Service() {
  process_->signal(SIGTERM);
  process_->wait(seconds(5));
}

HttpAnswer Service::call(const std::string& method, const std::string& path, const Json& body) {
  return http(method, base_ + path, body);
}

void Service::add_channel(const std::string& id, const Json& origin, const std::string& fallback, bool start_it) {
  Json settings = {{"width", 320}, {"height", 180}, {"fps", 25}, {"segment_s", 2}, {"channel_index", ++channels_}, {"label", id}};
  settings.update(origin.is_null() ? Json::object() : origin);
  const HttpAnswer created = call("POST", "/channels", {{"id", id}, {"ingestLocation", "europe-west"}, {"origin", settings}});
  if (created.status != 200) throw std::runtime_error("channel " + id + ": " + created.body);
  if (!fallback.empty()) {
    const HttpAnswer patched = call("PATCH", "/channels/" + id, {{"fallback", {{"enabled", true}, {"src", fallback}}}});
    if (patched.status != 204) throw std::runtime_error("fallback of " + id + ": " + patched.body);
  }
  if (start_it) start(id);
}

void Service::start(const std::string& id) {
  call("POST", "/channels/" + id + "/start");
  wait_for_status(id, "playing");
}

void Service::stop(const std::string& id) { call("POST", "/channels/" + id + "/stop"); }

void Service::wait_for_status(const std::string& id, const std::string& code) {
  wait_until(
      [&] {
        const HttpAnswer answer = call("GET", "/channels/" + id + "/status");
        return answer.status == 200 && Json::parse(answer.body, nullptr, false).value("code", "") == code;
      },
      seconds(30), id + " to be " + code);
}

void Service::set_fault(const std::string& id, const Json& fault) {
  const HttpAnswer answer = call("POST", "/channels/" + id + "/faults", Json::array({fault}));
  if (answer.status / 100 != 2) throw std::runtime_error("fault: " + answer.body);
}

void Service::clear_faults(const std::string& id) { call("DELETE", "/channels/" + id + "/faults"); }

std::string Service::media_url(const std::string& id) {
  return Json::parse(call("GET", "/playout/" + id).body)["playout"]["hls"].get<std::string>();
}

void Service::kill() {
  process_->signal(SIGKILL);
  process_->wait(seconds(5));
}

namespace {

std::vector<std::string> player_command(const std::vector<std::string>& program, const std::string& stem,
                                        const std::vector<std::string>& arguments, bool record) {
  std::vector<std::string> command = program;
  command.insert(command.end(), {"--headless", "--log-format", "json", "--report", stem + ".report", "--seed", "7"});
  if (record) {
    command.insert(command.end(), {"--vo", "y4m=" + stem + ".y4m", "--ao", "wav=" + stem + ".wav", "--frames", stem + ".csv"});
  }
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

}  // namespace

Viewer::Viewer(TempDir& dir, const std::string& name, const std::vector<std::string>& arguments, bool record,
               const std::vector<std::string>& program)
    : stem_(dir.file(name)), process_(player_command(program, stem_, arguments, record), stem_ + ".log") {}

std::vector<Json> Viewer::events() const {
  std::vector<Json> events;
  std::istringstream lines(process_.output());
  for (std::string line; std::getline(lines, line);) {
    Json event = Json::parse(line, nullptr, false);
    if (event.is_object() && event.contains("type")) events.push_back(std::move(event));
  }
  return events;
}

int Viewer::count(const std::string& event_type) const {
  int n = 0;
  for (const Json& event : events()) n += event.value("type", "") == event_type;
  return n;
}

bool Viewer::wait_for(const std::string& event_type, milliseconds deadline, int wanted) {
  const auto until = std::chrono::steady_clock::now() + deadline;
  while (count(event_type) < wanted) {
    if (std::chrono::steady_clock::now() >= until || !process_.running()) return count(event_type) >= wanted;
    std::this_thread::sleep_for(milliseconds(50));
  }
  return true;
}

bool Viewer::wait_for_picture(int channel_index, milliseconds deadline) {
  const auto until = std::chrono::steady_clock::now() + deadline;
  while (last_picture(file("y4m")).channel != channel_index) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(milliseconds(50));
  }
  return true;
}

int Viewer::finish() {
  process_.signal(SIGTERM);
  return process_.wait(seconds(30)).value_or(-1);
}

int Viewer::frames_without_date() const {
  std::ifstream in(file("csv"));
  std::string row;
  std::getline(in, row);  // the names of the columns
  int undated = 0;
  while (std::getline(in, row)) undated += row.find(",,") != std::string::npos;
  return undated;
}

Json Viewer::report() const {
  std::ifstream in(file("report"));
  return Json::parse(in, nullptr, false);
}

}  // namespace understudy::test
