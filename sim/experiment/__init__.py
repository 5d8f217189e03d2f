"""Experiments: many replications, what may be said of them, and where each figure comes from."""
