// Compares the sound of candidates with that of the source on the air: listens, measures a little per call, corrects a
// candidate's sound, tells its skew.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "media/alignment.h"
#include "media/source.h"

namespace understudy::media {

class Aligner {
 public:
  explicit Aligner(Source::Facts& facts) : facts_(facts) {}

  using Sources = std::vector<std::shared_ptr<Source>>;

  /// At most a few milliseconds: some packets are listened to, or one step of a measurement is done. `fixed`: the
  /// candidate that must not be touched any more, its splice is under way; may be null.
  void work(Source& on_air, const Sources& candidates, const Source* fixed, MediaTime playhead, Instant now);
  /// Whether work() has something to do at once.
  bool pending(const Source& on_air, const Sources& candidates, MediaTime playhead, Instant now) const;

  /// The owner placed the source anew.
  void moved(SourceId source, Duration by);
  void forget(SourceId source) { alignments_.erase(source); }
  /// How much older than the playhead, by its own dates, what a candidate holds may still be needed.
  Duration slack(const Source& candidate) const;

 private:
  bool listen(Source& source, MediaTime playhead, int& budget) const;
  void judge(Source& candidate, const Source& on_air, Alignment& alignment);
  void tell(const Source& candidate, const Source& on_air, Alignment& alignment, const OffsetSplit& split);

  Source::Facts& facts_;
  std::shared_ptr<SoundMatch::Transform> transform_;  // made when first needed
  std::map<SourceId, Alignment> alignments_;
  SourceId against_{};
  Epoch against_epoch_{};
};

}  // namespace understudy::media
