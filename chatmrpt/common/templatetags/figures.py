"""Figures in templates, written as in the replies."""

import re
from typing import Any

from django import template

from chatmrpt.common.language import figure, say

register = template.Library()


@register.filter
def thousands(value: float | int | None) -> str:
    """1584 → `1,584`; None stays empty."""
    return "" if value is None or value == "" else figure(float(value), 0)


@register.filter
def one_decimal(value: float | None) -> str:
    return "" if value is None or value == "" else figure(float(value), 1)


@register.filter
def number_of(value: Any) -> int:
    """Return what decides between one and many: a number, a number written out, or a length."""
    if isinstance(value, str):
        value = float(re.sub(r"[^\d.]", "", value) or 0)
    number = len(value) if hasattr(value, "__len__") else value or 0
    return int(number) if float(number).is_integer() else 2


@register.filter
def setting(value: Any) -> Any:
    """A setting as people read it: whole numbers with their thousands, none said so, else as is."""
    if value is None:
        return say("none")
    return figure(value, 0) if type(value) is int else value


@register.filter
def paragraphs(value: str) -> list[str]:
    """Split text at blank lines."""
    return [part for part in str(value).split("\n\n") if part.strip()]


@register.filter
def spaced(value: str) -> str:
    """`no_tests` → `no tests`."""
    return str(value).replace("_", " ")
