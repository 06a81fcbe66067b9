// The reference program among the mutants: nothing of the core is changed.
