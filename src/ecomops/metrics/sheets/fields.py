"""Checks of the fields of sheets: figures that may be missing, and days."""

from typing import TYPE_CHECKING, Any, TypeAlias

from pendulum import Date

from ecomops.kernel.checks import wrong_kind

if TYPE_CHECKING:
    from attrs import Attribute

Figure: TypeAlias = int | float | None
"""A figure of a sheet; None where there is none."""
LARGEST = 2**63


def a_figure(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Refuse what is no figure: a number of another kind, or one that no column holds."""
    if value is None or type(value) is float or (type(value) is int and abs(value) < LARGEST):
        return
    raise wrong_kind(f"{type(instance).__name__}.{attribute.name}", "int, float or None", value)


def a_day(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Refuse what is no day: an instant is none."""
    if type(value) is not Date:
        raise wrong_kind(f"{type(instance).__name__}.{attribute.name}", "Date", value)
