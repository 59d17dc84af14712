"""People and money around the sale: members, conversations, tickets, ratings, costs, targets."""

from attrs import field, frozen

from ecomops.columns import Ints
from ecomops.metrics.declaring import Columns, code, count, flag, instant, money, row
from ecomops.metrics.families import Orders
from ecomops.metrics.units import Unit


@frozen(kw_only=True, eq=False)
class Members(Columns):
    """Members: a row for each customer who is one."""

    customer: Ints = field(metadata=code("customers", "Who.", unknown=False, unique=True))
    tier: Ints = field(metadata=code("tiers", "In which tier."))
    joined_at: Ints = field(metadata=instant("When the customer registered.", main=True))
    left_at: Ints = field(metadata=instant("When the membership ended; `NEVER` before.", until=True))


@frozen(kw_only=True, eq=False)
class Conversations(Columns):
    """Conversations with the service desk, spam filtered out."""

    customer: Ints = field(metadata=code("customers", "Who asked."))
    staff: Ints = field(metadata=code("staff", "Who answered; -1 for nobody."))
    began: Ints = field(metadata=instant("When the customer wrote first.", main=True))
    replied_at: Ints = field(metadata=instant("When somebody first replied; `NEVER` when nobody did."))
    presale: Ints = field(metadata=flag("1 when it was before a purchase."))
    human: Ints = field(metadata=flag("1 when a person served it, 0 for a machine."))
    asked: Ints = field(metadata=count("How many messages the customer wrote.", unit=Unit.of("messages")))
    answered: Ints = field(metadata=count("How many messages the staff wrote.", unit=Unit.of("messages")))


@frozen(kw_only=True, eq=False)
class Turns(Columns):
    """Turns of conversations: a question and the reply to it."""

    conversation: Ints = field(metadata=row(Conversations, "The row of the conversation."))
    asked_at: Ints = field(metadata=instant("When it was asked.", main=True))
    replied_at: Ints = field(metadata=instant("When it was answered; `NEVER` when it was not."))


@frozen(kw_only=True, eq=False)
class Tickets(Columns):
    """Tickets, complaints and disputes."""

    order: Ints = field(metadata=row(Orders, "The row of the order; -1 for none.", unknown=True))
    kind: Ints = field(metadata=code("ticket_kinds", "What it is: ticket, complaint, dispute."))
    team: Ints = field(metadata=code("teams", "Who works on it."))
    opened_at: Ints = field(metadata=instant("When it was opened.", main=True))
    closed_at: Ints = field(metadata=instant("When it was solved; `NEVER` before."))
    reopened: Ints = field(metadata=count("How often it was opened again."))
    transferred: Ints = field(metadata=count("How often it was handed on."))
    withdrawn: Ints = field(metadata=flag("1 when who opened it took it back."))
    targets: Ints = field(metadata=count("How many of its targets have come due."))
    targets_met: Ints = field(metadata=count("How many of those were met, paused time left out."))


@frozen(kw_only=True, eq=False)
class Ratings(Columns):
    """Ratings and answers to surveys: of sellers, products, service."""

    customer: Ints = field(metadata=code("customers", "Who."))
    sku: Ints = field(metadata=code("skus", "Of what; -1 for the shop."))
    kind: Ints = field(metadata=code("rating_kinds", "What was asked: description, service, product, csat, nps, ces."))
    at: Ints = field(metadata=instant("When.", main=True))
    score: Ints = field(metadata=count("The answer on its scale.", unit=Unit.of("points"), negative=True))
    accepted: Ints = field(
        metadata=flag("1 when it counts: neither pending nor rejected, within the rules of the channel.")
    )


@frozen(kw_only=True, eq=False)
class Costs(Columns):
    """What was spent, and on what."""

    at: Ints = field(metadata=instant("When.", main=True))
    kind: Ints = field(metadata=code("cost_kinds", "On what: acquisition, retention, fulfilment, logistics, platform."))
    channel: Ints = field(metadata=code("channels", "For which channel; -1 for the shop."))
    amount: Ints = field(metadata=money("How much."))


@frozen(kw_only=True, eq=False)
class Targets(Columns):
    """Plans, and what came of them, in the unit of their goal."""

    at: Ints = field(metadata=instant("The beginning of the period that is planned.", main=True))
    goal: Ints = field(metadata=code("goals", "Of what."))
    staff: Ints = field(metadata=code("staff", "Whose; -1 for the shop."))
    planned: Ints = field(metadata=count("What is planned."))
    actual: Ints = field(metadata=count("What came of it."))
