"""The codec: the tags of a set of nouns and messages, reading, writing, and the digest of a command."""

import hmac
import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, TypeVar, cast

import attrs

from ecomops.codec.converter import converter_of
from ecomops.codec.problems import UNKNOWN_TYPE, Failures, Malformed, Problem, below
from ecomops.codec.schemas import RESERVED, Schemas, Upcast
from ecomops.kernel import Command, DomainError, Noun
from ecomops.kernel.checks import wrong_kind

T = TypeVar("T")


def require_key(key: object, *, field: str) -> None:
    """Refuse a *key* that keeps nothing secret.

    Raises:
        WrongKind: It is no bytes, or empty.
    """
    if not isinstance(key, bytes) or not key:
        raise wrong_kind(field, "bytes, at least one", key)


class Codec:
    """Reads and writes the values of a set of nouns and messages.

    Args:
        nouns: Their models are tagged by kind, their events by code.
        messages: Commands and answers, tagged by code.
        values: Values tagged by code wherever they stand.
        upcasts: How what was stored under older schemas is read; the library's own, of the tags that the codec knows,
            are `UPCASTS`.

    Raises:
        ValueError: Two classes have one tag, a field has a reserved name, or a step is missing, doubled or of no tag:
            a mistake of the programmer.

    Example:
        >>> from ecomops.codec import CODEC
        >>> from ecomops.testing import a_product
        >>> CODEC.dump(a_product())["type"]
        'product'
    """

    def __init__(
        self,
        *,
        nouns: Iterable[Noun[Any, Any, Any]],
        messages: Iterable[type],
        values: Iterable[type] = (),
        upcasts: Iterable[Upcast] = (),
    ) -> None:
        """Make the converter."""
        tagged = tuple(values)
        self._schemas = Schemas(upcasts)
        self._classes: dict[str, type] = {}
        for noun in nouns:
            self._tag(noun.kind, noun.model)
            for event in noun.all_events:
                self._tag(cast("Any", event).code, event)
        for message in (*messages, *tagged):
            self._tag(cast("Any", message).code, message)
        self._tags = {cls: tag for tag, cls in self._classes.items()}
        self._schemas.require_known(self._classes)
        self._converter = converter_of(tagged, self._schemas)

    def _tag(self, tag: str, cls: type) -> None:
        if self._classes.setdefault(tag, cls) is not cls:
            raise ValueError(f"two classes are tagged {tag}")
        if any(field.name in RESERVED for field in attrs.fields(cls)):
            raise ValueError(f"{tag}: no field can be called {' or '.join(RESERVED)}")

    @property
    def tags(self) -> Mapping[str, type]:
        """The class of every tag."""
        return self._classes

    def dump(self, value: object) -> dict[str, Any]:
        """Return *value* (a model, an event, a command or an answer) as a JSON object with its tag.

        Raises:
            WrongKind: It is none of these.
        """
        tag = self._tags.get(type(value))
        if tag is None:
            raise wrong_kind("dump", "a model, event, command or answer", value)
        return {**self._schemas.stamp(tag), **self._converter.unstructure(value)}

    def load(self, payload: object, kind: type[T]) -> T:
        """Return the value that *payload* tells of.

        Args:
            payload: A JSON object with its tag under `type`.
            kind: The class that is expected, or a base of it (`object` for any).

        Raises:
            Malformed: With every failure of the payload and its path.
        """
        try:
            cls = self._class(payload, kind)
            return self._converter.structure(self._schemas.fields(payload, self._tags[cls]), cls)
        except (Failures, DomainError) as error:
            raise Malformed(problems=tuple(below("$", error))) from None

    def _class(self, payload: object, kind: type[T]) -> type[T]:
        tag = cast("dict[str, object]", payload).get("type") if isinstance(payload, dict) else None
        cls = self._classes.get(tag) if type(tag) is str else None
        if cls is None or not issubclass(cls, kind):
            raise Failures((Problem(".type", "payload.unknown_type", UNKNOWN_TYPE),))
        return cls

    def fingerprint(self, command: Command, key: bytes | None = None) -> str:
        """Return a digest of the content of *command*: what an adapter keeps to tell a repeat from a reused id.

        Fields that stand at their default are left out, so that a field which a later release adds changes no digest.

        Args:
            command: The command.
            key: A secret of the host. A phone number can be guessed from a plain digest, which outlives its erasure;
                from a keyed one (HMAC) it cannot. None makes the plain one.

        Raises:
            WrongKind: The key is no bytes, or empty.
        """
        text = json.dumps(self._said(command), sort_keys=True, separators=(",", ":")).encode()
        if key is None:
            return sha256(text).hexdigest()
        require_key(key, field="fingerprint.key")
        return hmac.new(key, text, sha256).hexdigest()

    def _said(self, value: object) -> object:
        """Return what *value* says beyond the defaults of its class."""
        kind = type(value)
        if isinstance(value, tuple):
            return [self._said(each) for each in cast("tuple[object, ...]", value)]
        if not attrs.has(kind):
            return self._converter.unstructure(value)
        said = ((each.name, each.default, getattr(value, each.name)) for each in attrs.fields(kind))
        told = {name: self._said(own) for name, default, own in said if own != default}
        tag = getattr(kind, "code", None)
        return told if tag is None else {"type": tag, **told}
