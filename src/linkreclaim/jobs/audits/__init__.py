"""Audits: all stages one after the other, and the decisions that come back."""
