"""Words for people in the two languages that ship; the language is always an argument, never ambient."""

from typing import Literal

from attrs import frozen

Language = Literal["en", "zh"]


@frozen
class Text:
    """A sentence or a template in English and Chinese.

    Args:
        en: The English words.
        zh: The Chinese words, with the same placeholders.

    Example:
        >>> Text("{n} left", "还剩 {n}").read("zh")
        '还剩 {n}'
    """

    en: str
    zh: str

    def read(self, language: Language) -> str:
        """Return the words in *language*."""
        return self.zh if language == "zh" else self.en
