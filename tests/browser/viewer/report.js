// The part of the desktop player's --report (player-desktop/report.schema.json) that the failover bench reads.

/** @param {any} event of type `switched` */
function switchRow({ at_ms, from, source, reason, switch: facts = {} }) {
  return { at_ms, from, to: source, reason, ...facts };
}

/**
 * @param {any} stats of the element
 * @param {any[]} events of the engine
 */
export function reportOf(stats, events) {
  return {
    version: 1,
    summary: {
      first_frame_ms: stats.firstFrameMs,
      switches: events.filter(({ type }) => type === 'switched').map(switchRow),
      longest_gap_ms: stats.longestGapMs,
      frames_presented: stats.framesPresented,
      frames_lost: stats.framesLost,
      frames_repeated: stats.framesRepeated,
      frames_dropped_late: stats.framesDroppedLate,
      stalls: stats.stalls,
      audio_underrun_frames: stats.audioUnderrunFrames,
      bytes_total: stats.bytesTotal,
      bytes_hedged: stats.bytesHedged,
      bytes_standby: stats.bytesStandby ?? 0,
      final_state: stats.state,
    },
    decoder: stats.decoder,
    renderer: stats.renderer,
    events,
  };
}
