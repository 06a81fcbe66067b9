// What encoders and packagers do wrong.
#include <cstdlib>

#include "faults.h"

namespace understudy::simulation {

namespace {

constexpr Range kShort{200, 120'000};
constexpr Range kCount{1, 100};
// What an engine looks for, FAILOVER.md 7: sound is compared over some seconds, and not over all that dates may say.
constexpr std::int64_t kMostSkewMs = 10'000;

void draw_count(Dice& d, Fault& f) { f.x = d.magnitude(1, 20); }

/// Nothing of it is well before the damage is out of the window.
void harm_for_a_window(Stage& s, const std::string& source, std::int64_t segments, Trouble trouble) {
  s.harm_until(source, s.world().now() + s.window_of(source) + (segments + 3) * s.segment_of(source), trouble);
}

const Kind kKinds[] = {
    {"stale", Family::publisher, true, true, {}, {}, kShort, nullptr,
     [](Stage& s, const Fault& f) {
       s.publisher(f.on).freeze(s.world().wall());
       return Ending([&s, on = f.on, end = s.harm(f.on, Trouble::stale)] {
         s.publisher(on).thaw();
         end();
       });
     }},
    {"end_list", Family::publisher, true, true, {}, {}, kShort, nullptr,
     [](Stage& s, const Fault& f) {
       s.publisher(f.on).end(s.world().wall());
       return Ending([&s, on = f.on, end = s.harm(f.on, Trouble::restarted)] {
         s.publisher(on).restart(s.world().wall());
         end();
         harm_for_a_window(s, on, 0, Trouble::restarted);
       });
     }},
    {"restart", Family::publisher, true, true, {}, {}, {}, nullptr,
     [](Stage& s, const Fault& f) {
       s.publisher(f.on).restart(s.world().wall());
       harm_for_a_window(s, f.on, 0, Trouble::restarted);
       return Ending();
     }},
    {"discontinuity", Family::publisher, true, false, {}, {}, {}, nullptr,
     [](Stage& s, const Fault& f) {
       s.publisher(f.on).discontinuity(s.world().wall());
       return Ending();
     }},
    {"jump_discontinuity", Family::publisher, true, true, {}, {}, {}, nullptr,
     [](Stage& s, const Fault& f) {
       s.publisher(f.on).jump_discontinuity_sequence();
       harm_for_a_window(s, f.on, 0, Trouble::restarted);
       return Ending();
     }},
    {"rewrite", Family::publisher, true, false, {}, {}, kShort, nullptr,
     [](Stage& s, const Fault& f) {
       s.publisher(f.on).rewrite(true);
       return Ending([&s, on = f.on] { s.publisher(on).rewrite(false); });
     }},
    {"go_back", Family::publisher, true, true, kCount, {}, kShort, draw_count,
     [](Stage& s, const Fault& f) {
       s.publisher(f.on).go_back(static_cast<int>(f.x));
       return Ending([&s, on = f.on, end = s.harm(f.on, Trouble::restarted)] {
         s.publisher(on).go_back(0);
         end();
       });
     }},
    {"empty", Family::publisher, true, true, {}, {}, kShort, nullptr,
     [](Stage& s, const Fault& f) {
       s.publisher(f.on).list_nothing(true);
       return Ending([&s, on = f.on, end = s.harm(f.on, Trouble::restarted)] {
         s.publisher(on).list_nothing(false);
         end();
       });
     }},
    {"lose", Family::publisher, true, true, kCount, {}, {}, draw_count,
     [](Stage& s, const Fault& f) {
       s.publisher(f.on).lose_segments(static_cast<int>(f.x), s.world().wall());
       harm_for_a_window(s, f.on, f.x, Trouble::bad_media);
       return Ending();
     }},
    {"corrupt", Family::publisher, true, true, kCount, {}, {}, draw_count,
     [](Stage& s, const Fault& f) {
       s.publisher(f.on).corrupt_segments(static_cast<int>(f.x), s.world().wall());
       harm_for_a_window(s, f.on, f.x, Trouble::bad_media);
       return Ending();
     }},
    {"gaps", Family::publisher, true, true, kCount, {}, {}, draw_count,
     [](Stage& s, const Fault& f) {
       s.publisher(f.on).leave_gaps(static_cast<int>(f.x), s.world().wall());
       harm_for_a_window(s, f.on, f.x, Trouble::bad_media);
       return Ending();
     }},
    // x milliseconds; back again at the end.
    {"dates_jump", Family::publisher, true, true, {-3'600'000, 3'600'000}, {}, kShort,
     [](Dice& d, Fault& f) { f.x = d.magnitude(20, 60'000) * (d.chance(50) ? 1 : -1); },
     [](Stage& s, const Fault& f) {
       s.publisher(f.on).jump_dates(from_ms(f.x), s.world().wall());
       s.aligned = false;
       s.dates_jumped = s.dates_jumped || std::abs(f.x) > kMostSkewMs;
       return Ending([&s, f, end = s.harm(f.on, Trouble::restarted)] {
         s.publisher(f.on).jump_dates(-from_ms(f.x), s.world().wall());
         end();
         harm_for_a_window(s, f.on, 0, Trouble::restarted);
       });
     }},
};

}  // namespace

std::span<const Kind> publisher_kinds() { return kKinds; }

}  // namespace understudy::simulation
