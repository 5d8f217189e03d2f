"""Rules between the nouns of a scenario: what no noun can know alone.

Each rule is a small function from a scenario to the problems that it finds, each with the path of what is wrong. A rule
relies on no other: what another rule reports, it passes over. `loads` says before anything runs where cargo piles up.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.checks.balance import Load, loads
from sim.checks.chains import chains_link_up, clearance_is_on_the_way, markets_have_chains
from sim.checks.days import changes_lie_in_season, places_open, seasons_are_in_order, services_run
from sim.checks.disruptions import (
    disruptions_agree,
    disruptions_have_something_to_act_on,
    disruptions_name_cargo_and_trains,
)
from sim.checks.economy import (
    alternatives_are_ways,
    amounts_have_rates,
    base_subsidies_have_a_basis,
    reliefs_are_paid_on_channels_of_ours,
    reliefs_name_places,
    services_have_factors,
    subsidies_name_services,
    targets_name_figures,
)
from sim.checks.references import (
    baselines_name_channels,
    disruptions_name_places,
    expectations_name_figures,
    fitted_paths_exist,
    groups_name_numbers,
    places_have_their_own_names,
)
from sim.checks.routes import routes_end_in_terminals, routes_name_places
from sim.checks.sizes import boxes_fit, runs_fit_a_computer, trains_can_fill
from sim.checks.traffic import places_work
from sim.errors import Problem
from sim.scenario import Scenario

__all__ = ["CHECKS", "Load", "check", "loads"]

CHECKS: tuple[Callable[[Scenario], list[Problem]], ...] = (
    places_have_their_own_names,
    routes_name_places,
    routes_end_in_terminals,
    chains_link_up,
    clearance_is_on_the_way,
    markets_have_chains,
    disruptions_name_places,
    disruptions_agree,
    disruptions_have_something_to_act_on,
    disruptions_name_cargo_and_trains,
    seasons_are_in_order,
    changes_lie_in_season,
    services_run,
    places_open,
    places_work,
    boxes_fit,
    trains_can_fill,
    runs_fit_a_computer,
    baselines_name_channels,
    fitted_paths_exist,
    groups_name_numbers,
    expectations_name_figures,
    amounts_have_rates,
    subsidies_name_services,
    base_subsidies_have_a_basis,
    alternatives_are_ways,
    reliefs_name_places,
    reliefs_are_paid_on_channels_of_ours,
    services_have_factors,
    targets_name_figures,
)


def check(scenario: Scenario) -> list[Problem]:
    """Everything that the rules find wrong with a scenario."""
    return [problem for rule in CHECKS for problem in rule(scenario)]
