"""What mkdocstrings is told about our code: how attrs makes constructors, and that an `Example:` holds code."""

# A tool for those who write the pages: it stands outside the package and outside its laws.
# ruff: noqa: INP001

import re
from typing import Any

from griffe import (
    Attribute,
    Class,
    Expr,
    ExprCall,
    ExprKeyword,
    Extension,
    Function,
    Object,
    Parameter,
    ParameterKind,
    Parameters,
)

MAKERS = {"attrs.define", "attrs.frozen"}
FIELD = "attrs.field"


class AttrsExtension(Extension):
    """Gives attrs classes the constructor that they have while running, and examples their highlighting."""

    def on_object(self, *, obj: Object, **_: Any) -> None:  # noqa: ANN401 - what griffe hands over besides
        """Read `Example:`, the heading that this project uses, as the one that griffe knows."""
        if obj.docstring is not None:
            obj.docstring.value = re.sub(r"^Example:$", "Examples:", obj.docstring.value, flags=re.MULTILINE)

    def on_class(self, *, cls: Class, **_: Any) -> None:  # noqa: ANN401 - what griffe hands over besides
        """Add the constructor that attrs makes."""
        maker = next(filter(None, (_maker(decorator.value) for decorator in cls.decorators)), None)
        if maker is None or "__init__" in cls.members:
            return
        kind = ParameterKind.keyword_only if "kw_only=True" in maker else ParameterKind.positional_or_keyword
        members = (member for member in cls.members.values() if isinstance(member, Attribute))
        fields = (_parameter(member, kind) for member in members if _is_field(member))
        init = Function("__init__", parameters=Parameters(*filter(None, fields)), returns="None", parent=cls)
        cls.set_member("__init__", init)


def _maker(decorator: str | Expr) -> str | None:
    """Return the text of a decorator of attrs; None for another one."""
    name = decorator.canonical_path if isinstance(decorator, Expr) else decorator
    return str(decorator) if name in MAKERS else None


def _is_field(member: Attribute) -> bool:
    """Tell whether attrs makes a field of *member*: it is annotated, and not as a `ClassVar`."""
    return member.annotation is not None and ("instance-attribute" in member.labels or member.value is None)


def _parameter(member: Attribute, kind: ParameterKind) -> Parameter | None:
    """Return the parameter of a field; None when the constructor does not take it."""
    declared = _declared(member)
    if declared.get("init") == "False":
        return None
    default = declared.get("default", "..." if "factory" in declared else None)
    return Parameter(member.name, annotation=member.annotation, kind=kind, default=default)


def _declared(member: Attribute) -> dict[str, str]:
    """Return what `field(...)` says; a plain value is a default."""
    value = member.value
    if isinstance(value, ExprCall) and value.canonical_path == FIELD:
        return {each.name: str(each.value) for each in value.arguments if isinstance(each, ExprKeyword)}
    return {} if value is None else {"default": str(value)}
