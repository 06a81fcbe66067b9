// The crowd as a program of its own; understudy-sim has it as a subcommand.
#include "simulation/crowd/crowd.h"

int main(int argc, char** argv) { return crowd_main(argc, argv); }
