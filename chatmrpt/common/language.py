"""One way to say a sentence, so that one catalogue holds all words (docs/decisions/0025)."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext, ngettext


def say(template: str, /, **values: Any) -> str:
    """Return the sentence in the language of the request, with its values put in by name.

    The template is looked up whole: a translation may put the values in any order. A template
    without a translation is said in English. In it `{{` and `}}` stand for braces.
    """
    return gettext(template).format(**values)


def say_number(one: str, many: str, number: float) -> str:
    """Return the word for one or for many, by the language's own rule of plurals."""
    return ngettext(one, many, int(number) if float(number).is_integer() else 2)


def figure(value: float, decimals: int) -> str:
    """Return a number as the language of the request writes it: 1584.25 → `1,584.3`, `1 584,3`."""
    if (get_language() or "en").startswith("en"):
        return f"{value:,.{decimals}f}"
    return str(number_format(round(value, decimals), decimals, force_grouping=True))


class Words(Mapping[str, str]):
    """Labels by key, each said in the language of the request when it is looked up."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self._labels = dict(labels)

    def __getitem__(self, key: str) -> str:
        label = self._labels[key]
        return gettext(label) if label else label

    def __iter__(self) -> Iterator[str]:
        return iter(self._labels)

    def __len__(self) -> int:
        return len(self._labels)


def mark(template: str) -> str:
    """Return the template as it is: it stands in a table of the module and is said when used."""
    return template
