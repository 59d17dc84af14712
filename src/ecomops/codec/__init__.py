"""Models, events, commands and answers as plain JSON values, and back.

A value of its own is an object with its tag under `type`: a noun's kind (`order`), an event's dotted code
(`order.paid`), a command's or an answer's code (`place_order`); never a class name. What has changed since it was first
stored has the number of its schema beside it; what was stored before is upcast. Unknown fields are refused, and all
failures of a payload are reported at once, each with its path.
"""

from ecomops.codec.coding import Codec
from ecomops.codec.leaves import bind
from ecomops.codec.library import CODEC, MESSAGES, NOUNS, UPCASTS, VALUES
from ecomops.codec.problems import Malformed, Problem
from ecomops.codec.schemas import Upcast

__all__ = ["CODEC", "MESSAGES", "NOUNS", "UPCASTS", "VALUES", "Codec", "Malformed", "Problem", "Upcast", "bind"]
