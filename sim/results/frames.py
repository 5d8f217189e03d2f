"""Tables of a results folder as pandas DataFrames: the same columns, numbers as numbers, days and moments as such."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.results.tables import Table

WHOLE = {"boxes", "draw", "draws", "percentile", "replication", "replications"}
MOMENTS = {"arrived", "date", "left"}
NUMBERS = {
    *("base_mean", "baseline", "capacity", "days", "difference", "difference_pct", "high95", "km", "low95", "mean"),
    *("p05", "p95", "p_holm", "value"),
    *("mean_low95", "mean_high95", "year_low90", "year_high90", "drawn_year_low90", "drawn_year_high90", "drawn_mean"),
    *("share_of_inputs", "rank_correlation", "low_third", "high_third"),
    *("gain_teu", "gain_low95", "gain_high95", "cost_cny", "cost_low95", "cost_high95", "drawn", "share_same_sign"),
    *("cny_per_teu", "cny_per_teu_low95", "cny_per_teu_high95", "teu_per_million", "teu_per_million_low95"),
    *("teu_per_million_high95", "rank", "first_share", "drawn_first_share", "teu", "p", "x_value", "y_value", "target"),
}
WORDS_ONLY = {"assumptions", "inputs"}
"""Tables whose values may be laws and timetables: all of their columns are text."""
TEXT = pd.StringDtype(na_value=np.nan)


def frame(table: Table) -> pd.DataFrame:
    """The table, one row per row; what is empty is missing (`NaN`, `NaT`)."""
    made = pd.DataFrame(table.rows, columns=list(table.columns))
    for column in made.columns:
        if column in MOMENTS:
            made[column] = pd.to_datetime(made[column], format="ISO8601")
        else:
            made[column] = made[column].astype(_kind(table.name, column))
    return made


def _kind(table: str, column: str) -> type | pd.StringDtype:
    if column in WHOLE:
        return int
    return float if column in NUMBERS and table not in WORDS_ONLY else TEXT
