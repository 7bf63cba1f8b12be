"""The command line: reads options, shows progress and results; no logic of its own."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
"""Numpy would start a thread for each core, of no use to small arrays: 0.04 s of every start (our measurement)."""
