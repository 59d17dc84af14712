"""Flash sales (秒杀): plan a session with its units, change these, open and close it by time, or close it before.

Orders are placed in a session by `ecomops.workflows.flashorders`.
"""

from collections.abc import Mapping
from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import (
    Actor,
    CommandId,
    Missing,
    Period,
    Plan,
    Versioned,
    Work,
    get,
    get_many,
    lookup,
)
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of, whole
from ecomops.promotions.flashsales import (
    FLASH_QUOTA,
    FLASH_SESSION,
    FlashOffer,
    FlashQuota,
    FlashQuotaId,
    FlashSaleExists,
    FlashSession,
    FlashSessionId,
    quotas,
    sessions,
)
from ecomops.promotions.flashsales.sessions import Status
from ecomops.terms import Quantity, Sku
from ecomops.workflows.clock import CLOCK, due_id


@frozen(kw_only=True)
class PlanFlashSale:
    """Plan a session of a flash sale (秒杀场次), and set its units aside.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        session_id: The id of the session.
        period: When it is open.
        offers: What it offers, each SKU once.
    """

    code: ClassVar[str] = "plan_flash_sale"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    session_id: FlashSessionId = field(validator=is_a(FlashSessionId))
    period: Period = field(validator=is_a(Period))
    offers: tuple[FlashOffer, ...] = field(validator=tuple_of(FlashOffer, least=1))


@frozen(kw_only=True)
class CloseFlashSale:
    """Close a session before its end, or call a planned one off.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        session_id: The session.
    """

    code: ClassVar[str] = "close_flash_sale"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    session_id: FlashSessionId = field(validator=is_a(FlashSessionId))


@frozen(kw_only=True)
class FlashSaleDue:
    """Do what time asks of a session: open it, close it.

    Args:
        id: Made of the kind, the id and the deadline.
        by: Who gives it.
        at: The deadline.
        session_id: The session.
    """

    code: ClassVar[str] = "flash_sale_due"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    session_id: FlashSessionId = field(validator=is_a(FlashSessionId))


@frozen(kw_only=True)
class SkuUnits:
    """So many units of a SKU."""

    sku: Sku = field(validator=is_a(Sku))
    quantity: Quantity = field(validator=whole(1))


@frozen(kw_only=True)
class FlashSaleStands:
    """The answer: the session, where it stands now, and the units that went back to the shop with this."""

    code: ClassVar[str] = "flash_sale_stands"

    session_id: FlashSessionId = field(validator=is_a(FlashSessionId))
    status: Status = field(validator=is_a(Status))
    returned: tuple[SkuUnits, ...] = field(default=(), validator=tuple_of(SkuUnits))


@frozen(kw_only=True)
class SetFlashQuota:
    """Change how many units of a SKU a session has; what is reserved or sold stays so.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        session_id: The session.
        sku: The SKU.
        units: How many from now on.
    """

    code: ClassVar[str] = "set_flash_quota"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    session_id: FlashSessionId = field(validator=is_a(FlashSessionId))
    sku: Sku = field(validator=is_a(Sku))
    units: Quantity = field(validator=whole(0))


@frozen(kw_only=True)
class FlashSaleQuota:
    """The answer: the session, the SKU, and how many units it has of it."""

    code: ClassVar[str] = "flash_sale_quota"

    session_id: FlashSessionId = field(validator=is_a(FlashSessionId))
    sku: Sku = field(validator=is_a(Sku))
    units: Quantity = field(validator=whole(0))


QuotasFound = Mapping[str, Versioned[FlashQuota]]


@frozen(kw_only=True)
class FlashSaleNeeds:
    """What the plans look at: a session (None when it is new) and the counters of its offers."""

    session: Versioned[FlashSession] | None = field(validator=optional(is_a(Versioned)))
    quotas: QuotasFound = field(validator=is_a(Mapping))


@frozen(kw_only=True)
class FlashQuotaNeeds:
    """What the plan looks at: counters."""

    quota: Versioned[FlashQuota] = field(validator=is_a(Versioned))


def plan_plan_flash_sale(command: PlanFlashSale, needs: FlashSaleNeeds) -> Plan[FlashSaleStands]:
    """Decide a new session, and count its units from now on.

    Raises:
        FlashSaleExists: There is a session of that id, or there are counters of it.
        FlashSaleTooShort: It would end when it starts.
        FlashSaleEnded: It would have ended already.
        Repeated: A SKU is offered twice.
    """
    if needs.session is not None or needs.quotas:
        raise FlashSaleExists(kind=FLASH_SESSION.kind, id=command.session_id)
    planned = sessions.plan(command.session_id, period=command.period, offers=command.offers, at=command.at)
    counted = tuple(
        write
        for id, offer in _by_quota(command.session_id, command.offers)
        for write in FLASH_QUOTA.write(None, quotas.open_quota(id, units=offer.quota, at=command.at))
    )
    answer = FlashSaleStands(session_id=command.session_id, status=Status.PLANNED)
    return Plan(answer=answer, writes=(*FLASH_SESSION.write(None, planned), *counted))


def _by_quota(session: FlashSessionId, offers: tuple[FlashOffer, ...]) -> list[tuple[FlashQuotaId, FlashOffer]]:
    """Return offers with the ids of their counters, in the order of these."""
    return sorted(((FlashQuotaId.of(session, each.sku), each) for each in offers), key=lambda pair: pair[0])


def plan_flash_sale(command: PlanFlashSale) -> Work[FlashSaleStands]:
    """Read whether there is such a session, and plan it."""
    session = yield from lookup(FLASH_SESSION, command.session_id)
    found = yield from get_many(FLASH_QUOTA, (id for id, _ in _by_quota(command.session_id, command.offers)))
    return plan_plan_flash_sale(command, FlashSaleNeeds(session=session, quotas=found))


def plan_close_flash_sale(command: CloseFlashSale | FlashSaleDue, needs: FlashSaleNeeds) -> Plan[FlashSaleStands]:
    """Decide that a session is closed, or what time asks of it; what is left of a closed one goes back to the shop.

    Raises:
        Missing: There is no such session.
    """
    if needs.session is None:
        raise Missing(kind=FLASH_SESSION.kind, ids=(command.session_id,))
    session = FLASH_SESSION.draft(needs.session)
    decide = sessions.elapse if isinstance(command, FlashSaleDue) else sessions.close
    moved = session.add(decide(session.value, at=command.at)).writes()
    closed = moved and session.value.status is Status.CLOSED
    back = [
        (offer, needs.quotas[id].value.left, quotas.hand_back(needs.quotas[id].value, at=command.at))
        for id, offer in _by_quota(command.session_id, session.value.offers)
        if closed and id in needs.quotas
    ]
    answer = FlashSaleStands(
        session_id=command.session_id,
        status=session.value.status,
        returned=tuple(SkuUnits(sku=offer.sku, quantity=left) for offer, left, events in back if events),
    )
    returned = (
        FLASH_QUOTA.write(needs.quotas[FlashQuotaId.of(command.session_id, offer.sku)], events)
        for offer, _, events in back
    )
    return Plan(answer=answer, writes=(*moved, *(write for writes in returned for write in writes)))


def close_flash_sale(command: CloseFlashSale | FlashSaleDue) -> Work[FlashSaleStands]:
    """Read a session with its counters, and close it or do what time asks of it.

    Raises:
        Missing: There is no such session.
    """
    session = yield from get(FLASH_SESSION, command.session_id)
    found = yield from get_many(FLASH_QUOTA, (id for id, _ in _by_quota(command.session_id, session.value.offers)))
    return plan_close_flash_sale(command, FlashSaleNeeds(session=session, quotas=found))


def flash_sale_due(session: FlashSession, *, at: DateTime) -> FlashSaleDue | None:
    """Return what time asks of *session* at the instant *at*; None when nothing has fallen due."""
    deadline = sessions.due_at(session)
    if deadline is None or at < deadline:
        return None
    id = due_id(FLASH_SESSION.kind, session.id, deadline)
    return FlashSaleDue(id=id, by=CLOCK, at=deadline, session_id=session.id)


def plan_set_flash_quota(command: SetFlashQuota, needs: FlashQuotaNeeds) -> Plan[FlashSaleQuota]:
    """Decide how many units of a SKU a session has."""
    changed = quotas.set_quota(needs.quota.value, units=command.units, at=command.at)
    answer = FlashSaleQuota(session_id=command.session_id, sku=command.sku, units=command.units)
    return Plan(answer=answer, writes=FLASH_QUOTA.write(needs.quota, changed))


def set_flash_quota(command: SetFlashQuota) -> Work[FlashSaleQuota]:
    """Read the counters of an offer, and change how many units there are.

    Raises:
        Missing: The session has no such SKU.
    """
    quota = yield from get(FLASH_QUOTA, FlashQuotaId.of(command.session_id, command.sku))
    return plan_set_flash_quota(command, FlashQuotaNeeds(quota=quota))
