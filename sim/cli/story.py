"""`sim story`: one train's, or one container's, life."""

from __future__ import annotations

from sim.scenario import Scenario
from sim.simulate import simulate
from sim.story import StoryError, box_row, events_of_box, events_of_train, tell, train_row
from sim.words import Lang


def tell_story(scenario: Scenario, train: str, box: str, replication: int, lang: Lang) -> None:
    """Simulate one replication and tell the story. Raises StoryError if there is no such train or container."""
    if bool(train) == bool(box):
        message = "say whose story: --train cmo_west/12 or --container local_export/100."
        raise StoryError(message)
    trace = simulate(scenario, replication)
    events = events_of_train(trace, train_row(trace, train)) if train else events_of_box(trace, box_row(trace, box))
    print("\n".join(tell(trace, events, lang)))
