#include "server.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

extern char** environ;

namespace understudy::test {
namespace {

constexpr int kReadyFd = 3;  // in the child

int exit_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

}  // namespace

Folder::Folder(const std::string& name)
    : path_(std::filesystem::temp_directory_path() / ("understudy-" + name + "-" + std::to_string(::getpid()))) {
  std::filesystem::remove_all(path_);
  std::filesystem::create_directories(path_);
}

Folder::~Folder() {
  std::error_code ignored;
  if (std::getenv("UNDERSTUDY_KEEP") == nullptr) std::filesystem::remove_all(path_, ignored);
}

Server::Server(std::string database, std::string log, std::vector<std::string> arguments)
    : database_(std::move(database)), log_(std::move(log)), arguments_(std::move(arguments)) {}

Server::~Server() { stop(SIGKILL); }

void Server::spawn() {
  stop(SIGKILL);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  std::vector<std::string> words = {
      UNDERSTUDY_SERVER, "--listen",   "127.0.0.1:0",           "--db", database_, "--key", "key", "--secret",
      "secret",          "--ready-fd", std::to_string(kReadyFd)};
  words.insert(words.end(), arguments_.begin(), arguments_.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, log_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  posix_spawn_file_actions_adddup2(&actions, ends[1], kReadyFd);
  const int error = ::posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  ready_ = ends[0];
  exit_.reset();
  port_ = 0;
  if (error != 0) throw std::runtime_error("cannot start " + words[0]);
}

bool Server::wait_ready(milliseconds deadline) {
  pollfd waiting{ready_, POLLIN, 0};
  if (::poll(&waiting, 1, static_cast<int>(deadline.count())) != 1) return false;
  char text[256] = "";
  const ssize_t n = ::read(ready_, text, sizeof text - 1);
  if (n <= 0) return false;
  const std::string url(text, static_cast<std::size_t>(n));
  port_ = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  return true;
}

void Server::kill() {
  if (pid_ > 0 && !exit_) ::kill(pid_, SIGKILL);
}

bool Server::ended() {
  int status = 0;
  if (pid_ > 0 && !exit_ && ::waitpid(pid_, &status, WNOHANG) == pid_) exit_ = exit_of(status);
  return exit_.has_value();
}

int Server::stop(int signal_number) {
  if (pid_ <= 0) return 0;
  if (!exit_) {
    ::kill(pid_, signal_number);
    int status = 0;
    if (::waitpid(pid_, &status, 0) == pid_) exit_ = exit_of(status);
  }
  if (ready_ >= 0) ::close(ready_);
  ready_ = -1;
  return exit_.value_or(-1);
}

std::string Server::log() const {
  std::ifstream file(log_, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace understudy::test
