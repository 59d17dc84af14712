"""The checks of the log: every event once, in order, with its origin, and telling of the rows as they stand."""

from collections.abc import Callable
from itertools import pairwise

from ecomops.kernel import History, Recorded
from ecomops.testing.contract.laws import Law, StoreBroken, require
from ecomops.testing.contract.samples import SAMPLES
from ecomops.testing.contract.script import Place, Script

LOG_PAGE = 7
"""How many events the script reads at once."""


def log_is_empty(_: Script, history: History) -> None:
    """Look for the first event of an earlier run."""
    require(not history.after(-1, 1), Law.EMPTY, "the log")


def _tells_all(script: Script, history: History) -> None:
    """Compare the whole log with what was saved."""
    log = _whole(history)
    _compare_events(script, [((each.kind, each.id), each.event) for each in log])
    for each, (place, command, _) in zip(log, script.told, strict=True):
        require((each.by, each.command_id) == (command.by, command.id), Law.LOG_ORIGIN, each)
        version = script.version_after.get((place, command.id), each.version)
        require(each.version == version, Law.LOG_VERSION, each)


def _replays(script: Script, history: History) -> None:
    """Compare what the events of each object tell with its row."""
    for place, row in script.read(script.seen).items():
        noun = SAMPLES[place[0]].noun
        if noun.replayable:
            value = noun.replay(each.event for each in history.of(*place))
            require(value == row.value, Law.REPLAY, place)


def _tells_of_each(script: Script, history: History) -> None:
    """Compare the events of each object, and of none, with the whole log."""
    log = _whole(history)
    for kind, id in (*script.seen, (script.samples[0].noun.kind, "nobody")):
        own = [each for each in log if (each.kind, each.id) == (kind, id)]
        require(list(history.of(kind, id)) == own, Law.LOG_PAGES, f"{kind} {id}")


LOG_CHECKS: tuple[tuple[Law, Callable[[Script, History], None]], ...] = (
    (Law.LOG_LOST, _tells_all),
    (Law.REPLAY, _replays),
    (Law.LOG_PAGES, _tells_of_each),
)


def _whole(history: History) -> list[Recorded]:
    log: list[Recorded] = []
    last = -1
    while page := history.after(last, LOG_PAGE):
        positions = [last, *(each.position for each in page)]
        rising = all(one < other for one, other in pairwise(positions))
        require(rising and len(page) <= LOG_PAGE, Law.LOG_PAGES, f"after {last}: {positions[1:]}")
        log += page
        last = positions[-1]
    return log


def _compare_events(script: Script, got: list[tuple[Place, object]]) -> None:
    want = [(place, event) for place, _, event in script.told]
    if got == want:
        return
    lost = [each for each in want if each not in got]
    require(not lost and len(got) >= len(want), Law.LOG_LOST, lost[:1])
    require(len(got) == len(want), Law.LOG_DOUBLED, [each for each in got if got.count(each) > want.count(each)][:1])
    raise StoreBroken(Law.LOG_ORDER, next(each for each, right in zip(got, want, strict=True) if each != right))
