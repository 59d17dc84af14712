"""What the library is built of, and what knows no commerce.

Money and exact parts of it, instants, ids, text in two languages, refusals, the lifecycle table, nouns and their
writes, plans and commits, queries, the protocols of a store, and the two drivers that carry a use case out.
"""

from typing import TYPE_CHECKING

from ecomops.kernel.rooms import doors

__all__ = [
    "ADOPTED",
    "MOST_ROWS",
    "Actor",
    "ActorId",
    "ActorKind",
    "Additive",
    "AlreadyBegun",
    "AsyncRepository",
    "AsyncStore",
    "AsyncUnit",
    "AtLeast",
    "BadNoun",
    "BadTable",
    "BadTemplate",
    "BadText",
    "BadWeights",
    "Between",
    "BoundBroken",
    "Calendar",
    "Command",
    "CommandId",
    "CommandReused",
    "Commit",
    "Conflict",
    "CorruptHistory",
    "Currency",
    "CurrencyMismatch",
    "Cursor",
    "Dated",
    "DomainError",
    "Done",
    "Draft",
    "Effective",
    "Entry",
    "Find",
    "GetMany",
    "Grain",
    "History",
    "Id",
    "IllegalMove",
    "In",
    "Invalid",
    "Key",
    "Keys",
    "Language",
    "Lifecycle",
    "Lot",
    "LotsShort",
    "Missing",
    "Money",
    "NaiveTime",
    "NoMinorUnit",
    "NotAnAmount",
    "NotFound",
    "Noun",
    "OutOfRange",
    "Page",
    "Period",
    "Plan",
    "Posting",
    "Query",
    "Read",
    "Reading",
    "Recorded",
    "Refused",
    "Repeated",
    "Repository",
    "RetailCalendar",
    "Reversed",
    "Rounding",
    "StaleVersion",
    "Store",
    "Term",
    "Text",
    "Unbalanced",
    "Unit",
    "UnknownCurrency",
    "UnknownKey",
    "UnknownZone",
    "UnsortableKey",
    "Unsorted",
    "Version",
    "Versioned",
    "Work",
    "Write",
    "WrongKind",
    "YearEnd",
    "answer",
    "ask",
    "ask_async",
    "balances",
    "carries_personal",
    "check_catalogue",
    "divide",
    "effective_of",
    "get",
    "get_many",
    "in_force",
    "instant",
    "later",
    "lookup",
    "next_change",
    "page",
    "page_of",
    "run",
    "run_async",
    "split",
    "worth",
]

# Each room is loaded when somebody first asks for one of its names: who reads tables needs no stores and no plans.
_ROOMS = {
    "additive": "Additive AtLeast BoundBroken",
    "currency": "Currency UnknownCurrency",
    "effective": "AlreadyBegun Dated Effective Unsorted effective_of in_force next_change",
    "errors": "BadTemplate BadText Conflict CorruptHistory DomainError IllegalMove Invalid"
    " NotFound OutOfRange Refused Repeated StaleVersion WrongKind check_catalogue",
    "ids": "ActorId CommandId Id",
    "instants": "Calendar Grain NaiveTime Period Reversed UnknownZone instant later",
    "journal": "Entry Posting Unbalanced balances",
    "lifecycle": "ADOPTED BadTable Lifecycle",
    "lots": "Lot LotsShort",
    "money": "CurrencyMismatch Money NoMinorUnit NotAnAmount",
    "nouns": "BadNoun Draft Key Keys Noun Version Versioned Write",
    "plans": "Actor ActorKind Command CommandReused Commit Done Plan Recorded carries_personal",
    "queries": "MOST_ROWS Between Cursor In Page Query Term UnknownKey UnsortableKey answer page_of",
    "retail": "RetailCalendar YearEnd",
    "rounding": "Rounding divide",
    "shares": "BadWeights split worth",
    "stores": "AsyncRepository AsyncStore AsyncUnit History Missing Repository Store Unit",
    "text": "Language Text",
    "work": "Find GetMany Read Reading Work ask ask_async get get_many lookup page run run_async",
}

if TYPE_CHECKING:
    from ecomops.kernel.additive import Additive, AtLeast, BoundBroken
    from ecomops.kernel.currency import Currency, UnknownCurrency
    from ecomops.kernel.effective import AlreadyBegun, Dated, Effective, Unsorted, effective_of, in_force, next_change
    from ecomops.kernel.errors import (
        BadTemplate,
        BadText,
        Conflict,
        CorruptHistory,
        DomainError,
        IllegalMove,
        Invalid,
        NotFound,
        OutOfRange,
        Refused,
        Repeated,
        StaleVersion,
        WrongKind,
        check_catalogue,
    )
    from ecomops.kernel.ids import ActorId, CommandId, Id
    from ecomops.kernel.instants import Calendar, Grain, NaiveTime, Period, Reversed, UnknownZone, instant, later
    from ecomops.kernel.journal import Entry, Posting, Unbalanced, balances
    from ecomops.kernel.lifecycle import ADOPTED, BadTable, Lifecycle
    from ecomops.kernel.lots import Lot, LotsShort
    from ecomops.kernel.money import CurrencyMismatch, Money, NoMinorUnit, NotAnAmount
    from ecomops.kernel.nouns import BadNoun, Draft, Key, Keys, Noun, Version, Versioned, Write
    from ecomops.kernel.plans import (
        Actor,
        ActorKind,
        Command,
        CommandReused,
        Commit,
        Done,
        Plan,
        Recorded,
        carries_personal,
    )
    from ecomops.kernel.queries import (
        MOST_ROWS,
        Between,
        Cursor,
        In,
        Page,
        Query,
        Term,
        UnknownKey,
        UnsortableKey,
        answer,
        page_of,
    )
    from ecomops.kernel.retail import RetailCalendar, YearEnd
    from ecomops.kernel.rounding import Rounding, divide
    from ecomops.kernel.shares import BadWeights, split, worth
    from ecomops.kernel.stores import (
        AsyncRepository,
        AsyncStore,
        AsyncUnit,
        History,
        Missing,
        Repository,
        Store,
        Unit,
    )
    from ecomops.kernel.text import Language, Text
    from ecomops.kernel.work import (
        Find,
        GetMany,
        Read,
        Reading,
        Work,
        ask,
        ask_async,
        get,
        get_many,
        lookup,
        page,
        run,
        run_async,
    )
else:  # a type checker that saw this would accept every name
    __getattr__, __dir__ = doors(__name__, globals(), _ROOMS)
