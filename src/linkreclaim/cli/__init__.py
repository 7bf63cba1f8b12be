"""The command line: reads options, shows progress and results; no logic of its own."""
