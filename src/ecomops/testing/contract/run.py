"""The run of the script: all checks for all nouns, then those of the log, each under the law that it looks after."""

from collections.abc import Callable, Iterable
from typing import Any

from ecomops.codec import NOUNS
from ecomops.kernel import History, Noun, Unit
from ecomops.testing.contract.checks import CHECKS, begins_empty
from ecomops.testing.contract.laws import Law, StoreBroken
from ecomops.testing.contract.log import LOG_CHECKS, log_is_empty
from ecomops.testing.contract.samples import sample_of
from ecomops.testing.contract.script import Script


def check_store(
    unit: Unit,
    *,
    rival: Unit | None = None,
    history: History | None = None,
    nouns: Iterable[Noun[Any, Any, Any]] = NOUNS,
) -> None:
    """Run the script against an empty store; it returns when the store keeps every law.

    Args:
        unit: The host's transaction, as the drivers get it. Its lock timeout should be short here.
        rival: Opens the second of two units at once, for hosts with one connection a thread; *unit* does, left out.
        history: The log of the store, where the host reads it; without one no law of the log is checked.
        nouns: The nouns that the host has plugged in: all of the library, or only some.

    Raises:
        StoreBroken: With the first law that the store breaks.
        ValueError: The script knows nothing of a noun.

    Example:
        >>> from ecomops.memory import MemoryStore
        >>> store = MemoryStore()
        >>> check_store(store.unit, history=store)
    """
    script = Script(unit, rival or unit, tuple(map(sample_of, nouns)))
    if history is not None:
        _lawful(Law.EMPTY, log_is_empty, script, history)
    for sample in script.samples:
        _lawful(Law.EMPTY, begins_empty, script, sample)
    for law, check in CHECKS:
        for sample in script.samples:
            _lawful(law, check, script, sample)
    for law, check_log in () if history is None else LOG_CHECKS:
        _lawful(law, check_log, script, history)


def _lawful(law: Law, check: Callable[[Script, Any], None], script: Script, subject: Any) -> None:  # noqa: ANN401 - a sample or a log
    """Run one check; an exception that no law asks for breaks *law*."""
    try:
        check(script, subject)
    except StoreBroken:
        raise
    except Exception as error:
        raise StoreBroken(law, f"{type(error).__name__}: {error}") from error
