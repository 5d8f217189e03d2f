"""A discrete-event simulation of container corridors, with honest output statistics.

Units: hours, kilometres and TEU inside; calendar dates at the edge. Reading order: `quantities`, `variation`,
`scenario`, `corridor` (its own tour stands there), `trace`, `kpis`, `statistics`, `experiment`, `results`, `figures`,
`cli`.

From Python:

    from sim.files import load
    from sim.experiment.findings import find

    found = find(load("scenarios/2020.yaml"), n=30)
    print(found.estimate("carried_teu", Key("changmanou")))
"""
