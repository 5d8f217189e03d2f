"""The nouns of a corridor: each file says first what a planner may write, then what happens.

Reading order: world, recursion, containers, pool, train, line, border, handling, clearance, terminal, loading, nodes,
dispatch, periods, departed, queue, service, channel, market, disruption, book, opening, audit. Trains and vessels are
processes; containers are rows and move as cohorts (index arrays).
"""
