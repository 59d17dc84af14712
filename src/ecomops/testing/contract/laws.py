"""The laws that a store promises to keep, and the failure that names the broken one."""

from enum import StrEnum


class Law(StrEnum):
    """What a store promises; `StoreBroken` says the one that is broken."""

    EMPTY = "not empty: the script begins on a store without rows, commands and events"
    MISSING = "missing id: an id that names nothing is left out of what is read, and is no error"
    EQUAL = "unequal row: what was saved is read back equal"
    SAVED = "unsaid: `save` returns True when it has written"
    ALONE = "needless conflict: a unit that is alone and writes what it has just read can save"
    STALE_READ = "stale read: a fresh unit sees all that was committed before it was opened"
    DIRTY_READ = "dirty read: what a unit has saved is seen by no other before it ends"
    VERSION = "same version: every write, an addition too, gives its row a version that it never had"
    ROLLBACK = "kept rows: a unit that ends by an exception leaves nothing behind and lets the exception pass"
    ANSWER = "lost answer: the answer of a command that was carried out is on record, and equal"
    REPEAT = "repeat executed: a command is carried out once; for a repeat `save` writes nothing and returns False"
    REUSED = "reused id: the id of a command given again with another content is refused with `CommandReused`"
    TAKEN = "taken id: a new object whose id is taken is a `Conflict`"
    GONE = "row from nowhere: a change of an object that is not there is a `Conflict`"
    LOST_UPDATE = "lost update: a write whose expected version is not that of the row is a `Conflict`"
    HALF = "half a commit: a `Conflict` leaves nothing behind: no row, no event, no id of the command"
    ADDITION = "lost addition: counters hold the sum of all movements, beside what others have written meanwhile"
    BOUND = "broken bound: an addition that would break a bound of the row as it stands is a `Conflict`"
    SPARED = "bound too strict: a bound stops only writes that lower it and that it does not spare; None lifts it"
    CHECKED = "check without effect: a write without events leaves its row equal and gives it another version"
    CHECK = "unheeded check: a write without events whose expected version is not that of the row is a `Conflict`"
    QUERY_MISSES = "query misses rows: a query finds every row for which all its terms hold"
    QUERY_EXTRA = "query finds too much: a query finds no row for which a term does not hold, and each row once"
    ORDER = "wrong order: rows come by the sort key, then by id, text by code point, backwards when descending"
    PAGES = "wrong page: pages follow one another at the cursor without loss or repetition; the last has none"
    LOG_LOST = "lost event: every event of every commit stands in the log"
    LOG_DOUBLED = "event too many: an event stands in the log once, and only if its commit was saved"
    LOG_ORDER = "log out of order: events stand in the order of their commits, and of the writes in each"
    LOG_PAGES = "wrong page of the log: `after` gives at most `limit` events, rising after the position; `of` its own"
    LOG_ORIGIN = "wrong origin: an event is recorded with the command that caused it, and with who gave that"
    LOG_VERSION = "wrong version in the log: an event is recorded with the version of the row after its write"
    REPLAY = "replay differs: the events that the log holds of an object tell of the row as it stands"


class StoreBroken(AssertionError):
    """A store breaks a law of the contract.

    Attributes:
        law: Which one.
    """

    def __init__(self, law: Law, where: object) -> None:
        """Keep the law and what the script was looking at."""
        super().__init__(law, where)
        self.law = law

    def __str__(self) -> str:
        law, where = self.args
        return f"{law} ({where})"


def require(holds: bool, law: Law, where: object) -> None:  # noqa: FBT001 - reads as `assert` does
    """Raise `StoreBroken`, unless what a law asks *holds*; *where* says what the script was looking at."""
    if not holds:
        raise StoreBroken(law, where)
