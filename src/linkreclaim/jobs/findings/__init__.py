"""Findings: what a run's outputs are made of."""
