"""The nouns of a corridor: each file says first what a planner may write, then what happens.

Reading order: world, recursion, containers, pool, train, line, border, terminal, nodes, dispatch, service, market,
disruption, opening. Trains and vessels are processes; containers are rows and move as cohorts (index arrays).
"""
