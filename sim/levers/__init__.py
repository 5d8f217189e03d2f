"""The catalogue of levers: policies as functions from scenario to scenario, one file each.

Each says what it does, who decides it, what it costs and what it is anchored in; `values` says what it sets.
"""

from __future__ import annotations

from sim.levers.air_charter import AirCharter
from sim.levers.backhaul import Backhaul
from sim.levers.demand import Demand
from sim.levers.dispatch_rule import DispatchRule
from sim.levers.empties_depot import EmptiesDepot
from sim.levers.fast_clearance import FastClearance
from sim.levers.fixed_days import FixedDays
from sim.levers.frequency import Frequency
from sim.levers.full_timetable import FullTimetable
from sim.levers.gauge_change import GaugeChange
from sim.levers.handling_units import HandlingUnits
from sim.levers.hub_cargo import HubCargo
from sim.levers.lever import About, Lever, LeverError
from sim.levers.local_bonus import LocalBonus
from sim.levers.one_bill import OneBill
from sim.levers.port_fees import PortFees
from sim.levers.sea_buffer import SeaBuffer
from sim.levers.second_crossing import SecondCrossing
from sim.levers.short_staff import ShortStaff
from sim.levers.subsidy import Subsidy
from sim.levers.train_length import TrainLength

__all__ = ["BY_ID", "LEVERS", "About", "Lever", "LeverError"]

LEVERS: tuple[type[Lever], ...] = (
    Subsidy,
    LocalBonus,
    PortFees,
    Frequency,
    FixedDays,
    DispatchRule,
    TrainLength,
    FullTimetable,
    FastClearance,
    GaugeChange,
    HandlingUnits,
    SecondCrossing,
    OneBill,
    EmptiesDepot,
    Backhaul,
    HubCargo,
    SeaBuffer,
    AirCharter,
    Demand,
    ShortStaff,
)

BY_ID = {lever.about.id: lever for lever in LEVERS}
