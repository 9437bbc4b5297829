"""Reading a decision about a ward name: "match Girei 11 to Girei 2", "Bolki is Bwalki".

With a verb of matching both names are taken as they are typed; with "is" or "=" only when the first
is a ward of the data and the second one of the data or of the ward list, so that a remark about a
ward is never taken for a decision.
"""

from __future__ import annotations

import re
from typing import Final

from .facts import Facts
from .normalise import fold
from .reading import Candidate, Command
from .vocabulary.wordlist import wordset

_POLITE: Final = r"(?:(?:please|kindly|abeg|ok|okay|now|and)[\s,]+)*(?:(?:can|could) you\s+)?"
_WARD: Final = r"(?:the\s+)?(?:(?:ward|name)\s+(?:called\s+)?)?"
_VERB: Final = re.compile(
    rf"^{_POLITE}(?:match|map|join|link|assign|pair|connect)\s+{_WARD}(?P<source>.+?)"
    rf"\s+(?:to|with|as|onto|=)\s+{_WARD}(?P<target>.+)$",
    re.IGNORECASE,
)
_SAME: Final = re.compile(
    rf"^{_POLITE}{_WARD}(?P<source>.+?)\s*(?:=+|\b(?:is|means|equals|should\s+be|must\s+be)\b)"
    rf"\s*(?:(?:really|actually|now|just)\s+)?(?:the\s+same\s+(?:ward\s+)?as\s+)?{_WARD}"
    r"(?P<target>.+)$",
    re.IGNORECASE,
)
_NOT_A_NAME: Final = wordset(
    """wards names map maps data list lists file files them all boundaries boundary lga lgas it this
    that these those something anything each every other another ones nets risk tpr column columns
    match matching what which who population test tests state states"""
)
_TAIL: Final = re.compile(r"[\s,]+(?:please|pls|thanks|thank you|now|abeg)$", re.IGNORECASE)
_LONGEST: Final = 80


def fix_match(facts: Facts) -> Candidate | None:
    """Return the decision with its two names, or None when the text is something else."""
    text = facts.said.raw.strip().rstrip(".! ")
    if facts.negation.present or "?" in text or len(text) > 2 * _LONGEST:
        return None
    if found := _VERB.match(text):
        names = _names(found)
        options = any(span.kind in ("level", "age", "state") for span in facts.spans)
        if names is None or (options and not _known(facts, names)):
            return None
        return Candidate(Command.FIX_MATCH, names)
    found = _SAME.match(text)
    names = _names(found) if found else None
    if names is None:
        return None
    return Candidate(Command.FIX_MATCH, names) if _known(facts, names) else None


def _known(facts: Facts, names: dict[str, str]) -> bool:
    """Whether one is a ward of the data and the other one of the data or of the list."""
    data = set(facts.context.ward_by_words)
    either = data | {fold(name) for name in facts.context.listed}
    source, target = fold(names["source"]), fold(names["target"])
    return (source in data and target in either) or (source in either and target in data)


def _names(found: re.Match[str]) -> dict[str, str] | None:
    names = {slot: _TAIL.sub("", found[slot]).strip(" \"'“”‘’,") for slot in ("source", "target")}
    for name in names.values():
        words = set(name.casefold().split())
        if not name or len(name) > _LONGEST or words & _NOT_A_NAME:
            return None
    return names
