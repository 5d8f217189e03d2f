"""The departures of all services as they are noted."""

from __future__ import annotations

import numpy as np

from sim.trace import DepartureTable


class Departed:
    """The departures of all services as they are noted: one row each, run or not; when each left and arrived."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, int, float, float, int, int, int, int, int, float]] = []
        self.departed_h: list[float] = []
        self.arrived_h: list[float] = []

    def restore(self, saved: Departed) -> None:
        """Go on from what was noted before."""
        self.rows[:], self.departed_h[:], self.arrived_h[:] = saved.rows, saved.departed_h, saved.arrived_h

    def table(self) -> DepartureTable:
        """The rows as columns."""
        columns = [np.array(column) for column in zip(*self.rows, strict=True)] or [np.empty(0)] * 10
        service, number, planned_h, closed_h, ran, capacity_teu, boxes, load_teu, left_teu, subsidy_cny = columns
        return DepartureTable(
            service=service.astype(np.int64),
            number=number.astype(np.int64),
            planned_h=planned_h.astype(np.float64),
            closed_h=closed_h.astype(np.float64),
            departed_h=np.array(self.departed_h, dtype=np.float64),
            arrived_h=np.array(self.arrived_h, dtype=np.float64),
            ran=ran.astype(np.int64),
            capacity_teu=capacity_teu.astype(np.int64),
            boxes=boxes.astype(np.int64),
            load_teu=load_teu.astype(np.int64),
            left_teu=left_teu.astype(np.int64),
            subsidy_cny=subsidy_cny.astype(np.float64),
        )
