// The subcommand `crowd` of understudy-sim.
#pragma once

/// `argv[0]` is the subcommand's name. Returns the exit code: 0, 1 where a figure was not reached, 2 for wrong arguments.
int crowd_main(int argc, char** argv);
