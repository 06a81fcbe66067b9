#include "jobs.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "run.h"

namespace understudy::simulation {

namespace {

// Processor time, not wall time: a loaded machine excuses nothing and blames nobody.
constexpr int kMostSecondsPerRun = 120;

struct Worker {
  pid_t pid = -1;
  int from = -1;
  std::int64_t next = 0;             // the run that it was started with; then what it has not begun
  std::int64_t begun = -1;           // the run under way
  std::string unread;
};

void write_all(int to, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = write(to, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) _exit(3);
    done += static_cast<std::size_t>(n);
  }
}

void limit_processor_time() {
  itimerval limit{};
  limit.it_value.tv_sec = kMostSecondsPerRun;
  setitimer(ITIMER_PROF, &limit, nullptr);
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

// "B run" when it begins, "E run viewer_ms outages hash checker,checker first violation" when it ended.
[[noreturn]] void work(int to, std::int64_t first, std::int64_t runs, int step, const ScriptOf& script_of) {
  for (std::int64_t run = first; run < runs; run += step) {
    write_all(to, "B " + std::to_string(run) + "\n");
    limit_processor_time();
    const Outcome outcome = simulation::run(script_of(run));
    std::string checkers;
    for (const Violation& v : outcome.violations)
      if (("," + checkers).find("," + v.checker + ",") == std::string::npos) checkers += v.checker + ",";
    std::string line = "E " + std::to_string(run) + " " + std::to_string(to_ms(outcome.viewer_time)) + " " +
                       std::to_string(outcome.outages) + " " + std::to_string(outcome.hash) + " " + (checkers.empty() ? "," : checkers);
    if (!outcome.violations.empty()) {
      const Violation& v = outcome.violations.front();
      line += " " + v.checker + " at " + std::to_string(to_ms(v.at.time_since_epoch()) - 1'000'000) + ": " + one_line(v.what);
    }
    write_all(to, line + "\n");
  }
  _exit(0);
}

bool start(Worker& worker, std::int64_t runs, int step, const ScriptOf& script_of) {
  int ends[2];
  if (pipe(ends) != 0) return false;
  std::fflush(nullptr);
  worker.pid = fork();
  if (worker.pid == 0) {
    close(ends[0]);
    work(ends[1], worker.next, runs, step, script_of);
  }
  close(ends[1]);
  worker.from = ends[0];
  worker.begun = -1;
  worker.unread.clear();
  return worker.pid > 0;
}

void take_line(Worker& worker, const std::string& line, int step, const OnResult& on_result) {
  std::istringstream in(line);
  char kind = 0;
  in >> kind;
  if (kind == 'B') {
    in >> worker.begun;
    return;
  }
  RunResult result;
  std::int64_t run = 0;
  std::string checkers;
  in >> run >> result.viewer_ms >> result.outages >> result.hash >> checkers;
  std::getline(in >> std::ws, result.first);
  std::istringstream names(checkers);
  for (std::string name; std::getline(names, name, ',');)
    if (!name.empty()) result.checkers.push_back(name);
  worker.begun = -1;
  worker.next = run + step;
  on_result(run, result);
}

/// False when it ended.
bool take_lines(Worker& worker, int step, const OnResult& on_result) {
  char block[1 << 14];
  const ssize_t n = read(worker.from, block, sizeof block);
  if (n < 0 && errno == EINTR) return true;
  if (n <= 0) return false;
  worker.unread.append(block, static_cast<std::size_t>(n));
  for (std::size_t end; (end = worker.unread.find('\n')) != std::string::npos;) {
    take_line(worker, worker.unread.substr(0, end), step, on_result);
    worker.unread.erase(0, end + 1);
  }
  return true;
}

/// What a dead worker leaves: the run under way crashed. True where there is more for it to do.
bool bury(Worker& worker, int step, const OnResult& on_result) {
  close(worker.from);
  worker.from = -1;
  int status = 0;
  while (waitpid(worker.pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (worker.begun < 0) return false;
  RunResult result;
  result.checkers = {"crash"};
  result.first = "crash: " + (WIFSIGNALED(status) ? std::string(strsignal(WTERMSIG(status)))
                                                  : "exit " + std::to_string(WEXITSTATUS(status)));
  on_result(worker.begun, result);
  worker.next = worker.begun + step;
  return true;
}

}  // namespace

bool run_all(std::int64_t runs, int jobs, const ScriptOf& script_of, const OnResult& on_result) {
  std::vector<Worker> workers(static_cast<std::size_t>(std::min<std::int64_t>(jobs, runs)));
  const int step = static_cast<int>(workers.size());
  for (std::size_t i = 0; i < workers.size(); ++i) {
    workers[i].next = static_cast<std::int64_t>(i);
    if (!start(workers[i], runs, step, script_of)) return false;
  }
  for (;;) {
    std::vector<pollfd> watched;
    for (const Worker& w : workers)
      if (w.from >= 0) watched.push_back({w.from, POLLIN, 0});
    if (watched.empty()) return true;
    if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return false;
    for (const pollfd& p : watched) {
      if (p.revents == 0) continue;
      Worker& worker = *std::find_if(workers.begin(), workers.end(), [&](const Worker& w) { return w.from == p.fd; });
      if (take_lines(worker, step, on_result)) continue;
      if (bury(worker, step, on_result) && worker.next < runs && !start(worker, runs, step, script_of)) return false;
    }
  }
}

RunResult run_apart(const Script& script) {
  RunResult result;
  run_all(1, 1, [&](std::int64_t) { return script; }, [&](std::int64_t, const RunResult& r) { result = r; });
  return result;
}

}  // namespace understudy::simulation
