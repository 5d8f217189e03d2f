"""From Python: what `sim run` and `sim compare` do, without printing; results are pandas tables with a notebook view.

The names that a reader needs stand in `sim` itself: `from sim import change, compare, load, run`.
"""
