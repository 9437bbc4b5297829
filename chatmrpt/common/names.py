"""Names of places: reading them tidily and comparing them by a key.

Cleaning (`clean_*`) makes the name that people read; a key (`ward_key`, `lga_key`) is made for
comparison only and is never shown. Nothing here measures similarity. domain/wards.md section 3,
domain/inputs.md sections 5 and 6.1. Only the standard library is used.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from chatmrpt.common.states import canonical_state, state_by_prefix

# --- text -------------------------------------------------------------------------------------

# Characters that arrive garbled in real files: comparison signs, dashes, quotes, accents, the
# hooked and dotted letters of Hausa and Yoruba.
_GARBLED: Final = (
    "≥≤–—‘’“”•…×°£₦éèêëáàâäãåóòôöõúùûüíìîïñçßøæÉÈÊÁÀÂÄÓÒÔÖÚÙÜÍÑÇẹọṣẸỌṢɓɗƙƁƊƘńǹḿ\N{NO-BREAK SPACE}"
    "\N{ZERO WIDTH NO-BREAK SPACE}"
)


def _misread(text: str, encoding: str) -> str:
    """UTF-8 bytes of the text read in another encoding; undefined bytes as in Latin-1."""
    return "".join(
        bytes([byte]).decode("latin-1" if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else encoding)
        for byte in text.encode()
    )


def _mojibake_table() -> dict[str, str]:
    table = {"Â≥": "≥", "Â≤": "≤"}
    for char in _GARBLED:
        for encoding in ("cp1252", "latin-1"):
            once = _misread(char, encoding)
            table[once] = char
            table[_misread(once, encoding)] = char
    return table


_MOJIBAKE: Final = _mojibake_table()
_MOJIBAKE_RE: Final = re.compile(
    "|".join(re.escape(text) for text in sorted(_MOJIBAKE, key=lambda t: (-len(t), t)))
)
_INVISIBLE: Final = dict.fromkeys(
    [
        *(c for c in range(0x20) if c not in (0x09, 0x0A, 0x0B, 0x0C, 0x0D)),
        *range(0x7F, 0xA0),
        0xAD,
        0x61C,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x206A),
        0xFEFF,
    ]
)


def repair_mojibake(text: str) -> str:
    """Replace the double-encoded characters of the table (``â‰¥`` → ``≥``), nothing else.

    domain/inputs.md section 6.2: by table, for headers and text cells only.
    """
    if text.isascii():
        return text
    return _MOJIBAKE_RE.sub(lambda m: _MOJIBAKE[m[0]], text)


def tidy(text: object) -> str:
    """Return one clean line of text; None and NaN become the empty text.

    Mojibake table, Unicode NFKC, byte-order mark, zero-width and control characters removed,
    blanks of every kind collapsed to one, trimmed (domain/inputs.md section 6.1). The case stays.
    """
    if text is None or text != text:
        return ""
    value = str(text)
    if not value.isascii():
        value = unicodedata.normalize("NFKC", repair_mojibake(value)).translate(_INVISIBLE)
        value = unicodedata.normalize("NFKC", value)
    elif not value.isprintable():
        value = value.translate(_INVISIBLE)
    return " ".join(value.split())


# --- prefixes and display names ---------------------------------------------------------------

_LEADING_PAIR: Final = re.compile(r"^([A-Za-z]{2})\s+(?=\S)")
_LGA_TAIL: Final = re.compile(
    r"[\s,]+(?:local\s+gov(?:ernmen)?t\.?\s+area|local\s+government|l\.?g\.?a\.?)$", re.IGNORECASE
)
_COUNCIL_TAIL: Final = re.compile(r"\s+area\s+council$", re.IGNORECASE)
_WARD_TAIL: Final = re.compile(r"^(.*\S)\s+ward$", re.IGNORECASE)
_WARD_BEFORE_ROMAN: Final = re.compile(
    r"^(.*\S)\s+ward\s+(x{0,2}(?:ix|iv|v?i{0,3}))$", re.IGNORECASE
)
_CURLY: Final = str.maketrans(
    {"‘": "'", "’": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"'}
)


def strip_prefix(value: str, row_prefix: str | None) -> str:
    """Remove the two-letter DHIS2 prefix when, and only when, it is the prefix of the same row.

    Parameters
    ----------
    value
        A tidied name such as ``kw Adewole Ward``; mixed case counts (``Kw``).
    row_prefix
        Prefix found on the state or LGA value of the row (`row_prefix`), or None. Jigawa's two
        prefixes stand for each other.

    Returns
    -------
    str
        The name without its first prefix. ``Da Dawaki``, ``Al Hudahuda`` and a second, glued
        prefix (``ab ablight of God``) stay (domain/wards.md 3.1, domain/inputs.md 5.1).
    """
    found = _LEADING_PAIR.match(value)
    if not row_prefix or not found:
        return value
    state = state_by_prefix(row_prefix)
    if state is None or found[1].casefold() not in state.prefixes:
        return value
    rest = value[found.end() :]
    return rest if any(ch.isalnum() for ch in rest) else value  # a name is never only a prefix


def row_prefix(state: object, lga: object = None) -> str | None:
    """Return the DHIS2 prefix that the state value, or else the LGA value, of a row carries.

    The state value counts when its prefix belongs to the state that it names
    (``kw Kwara State``); the LGA value counts only in its full DHIS2 form
    (``ad Fufore Local Government Area``), so that ``Oke Ero`` has no prefix.
    """
    text = tidy(state)
    found = _LEADING_PAIR.match(text)
    if found:
        known = state_by_prefix(found[1])
        if known is not None and canonical_state(text) == known.name:
            return known.prefixes[0]
    text = tidy(lga)
    found = _LEADING_PAIR.match(text)
    if found and (_LGA_TAIL.search(text) or _COUNCIL_TAIL.search(text)):
        known = state_by_prefix(found[1])
        if known is not None:
            return known.prefixes[0]
    return None


def clean_state(raw: object) -> str:
    """Return the canonical state name, or the tidied text when the state is not known."""
    text = tidy(raw)
    return canonical_state(text) or text


def clean_lga(raw: object, prefix: str | None = None) -> str:
    """Return the LGA as people read it: ``ad Fufore Local Government Area`` → ``Fufore``.

    ``fc Abaji Area Council`` becomes ``Abaji``, ``fc Municipal Area Council`` ``Municipal``.
    """
    text = tidy(raw)
    text = strip_prefix(text, prefix or row_prefix(None, text))
    return _COUNCIL_TAIL.sub("", _LGA_TAIL.sub("", text))


def clean_ward(raw: object, prefix: str | None = None, lga: object = None) -> str:
    """Return the ward as people read it: ``ad Bille Ward`` → ``Bille``.

    Parameters
    ----------
    raw
        The ward as written.
    prefix
        Prefix of the row (`row_prefix`), or None.
    lga
        The LGA *as written*; only its DHIS2 prefix is used, when `prefix` is None.

    Returns
    -------
    str
        Without the prefix and without one word "Ward" at the end or before a final Roman numeral
        (``ab Oza-Ukwu Ward II`` → ``Oza-Ukwu II``). ``Ward 5`` and brackets stay as written.
        Empty when `raw` is blank.
    """
    text = tidy(raw)
    text = strip_prefix(text, prefix or row_prefix(None, lga))
    found = _WARD_TAIL.match(text)
    if found:
        return found[1]
    found = _WARD_BEFORE_ROMAN.match(text)
    return f"{found[1]} {found[2]}" if found and found[2] else text


def clean_facility(raw: object, prefix: str | None = None) -> str:
    """Return the facility name, tidied, without the prefix of its row."""
    return strip_prefix(tidy(raw), prefix)


# --- keys -------------------------------------------------------------------------------------

_NUMERALS: Final = {
    numeral: str(number)
    for number, numeral in enumerate(
        [
            "i",
            "ii",
            "iii",
            "iv",
            "v",
            "vi",
            "vii",
            "viii",
            "ix",
            "x",
            "xi",
            "xii",
            "xiii",
            "xiv",
            "xv",
            "xvi",
            "xvii",
            "xviii",
            "xix",
            "xx",
        ],
        start=1,
    )
}
_NUMBER_WORDS: Final = {
    word: str(number)
    for number, word in enumerate(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ],
        start=1,
    )
}
_FINAL: Final = {**_NUMERALS, **_NUMBER_WORDS}
_BRACKET: Final = re.compile(r"^(.*\S)\s*\(([^()]*)\)$")
_LIST_NUMBER: Final = re.compile(r"^\d{1,3}\s*[-–—.):]\s*(?=\S)")
_WARD_CODE: Final = re.compile(r"^(?:[a-z]{2,6}\d{2,6}|\d+)$")
_WARD_END: Final = re.compile(
    rf"^(.*\S)\s+ward(\s+(?:\d+|{'|'.join(sorted(_FINAL, key=len, reverse=True))}))?$"
)
_ORDINAL: Final = re.compile(r"^0*(\d+)(?:st|nd|rd|th)$")
_COMBINING: Final = re.compile("[\N{COMBINING GRAVE ACCENT}-\u036f]")
_DROPPED: Final = re.compile("['\".]")
_SEPARATORS: Final = re.compile(r"[\W_]+")
_LGA_WORDS: Final = {"lga", "l.g.a", "l.g.a."}
# One LGA under several names: (key to compare by, further keys). No two LGAs of one state share
# a line. domain/wards.md section 2.
_LGA_SPELLINGS: Final = (
    ("abuja municipal", "amac", "municipal"),
    ("atakunmosa east", "atakumosa east"),
    ("atakunmosa west", "atakumosa west"),
    ("aiyedade", "aiyedaade", "ayedaade", "ayedade"),
    ("aiyedire", "ayedire"),
    ("arewa dandi", "arewa"),
    ("barkin ladi", "barikin ladi"),
    ("bekwarra", "bekwara"),
    ("birniwa", "biriniwa"),
    ("birnin kudu", "birni kudu"),
    ("bursari", "busari"),
    ("dambam", "damban"),
    ("dambatta", "danbatta"),
    ("efon", "efon alayee", "efon alaaye"),
    ("emohua", "emuoha"),
    ("ezinihitte", "ezinihitte mbaise"),
    ("gbonyin", "gboyin", "aiyekire", "aiyekire gbonyin"),
    ("girei", "gireri"),
    ("idosi osi", "ido osi"),
    ("ilesha east", "ilesa east"),
    ("ilesha west", "ilesa west"),
    ("isuikwuato", "isuikwato"),
    ("karim lamido", "karin lamido"),
    ("makarfi", "markafi"),
    ("mbaitoli", "mbatoli"),
    ("obi ngwa", "obi nwga", "obi nwa"),
    ("ogori magongo", "ogori mangongo"),
    ("olamaboro", "olamabolo"),
    ("onuimo", "unuimo"),
    ("otukpo", "oturkpo"),
    ("paikoro", "pailoro"),
    ("shagamu", "sagamu"),
    ("shongom", "shomgom"),
    ("tarmuwa", "tarmua"),
    ("umu nneochi", "umunneochi", "umu neochi", "umuneochi"),
    ("wasagu danko", "danko wasagu"),
    ("yenagoa", "yenegoa"),
    ("yewa north", "egbado north"),
    ("yewa south", "egbado south"),
    ("zangon kataf", "zango kataf"),
)
_LGA_ALIASES: Final = {other: key for key, *others in _LGA_SPELLINGS for other in others}
_UNKNOWN: Final = frozenset(
    {
        *("unknown", "unk", "unknown ward", "ward unknown", "not known", "na", "n a", "nan", "0"),
        *("not stated", "not specified", "unspecified", "not available", "not applicable", "nil"),
        *("none", "null", "missing", "blank"),
    }
)


def _final_number(word: str) -> str:
    return _FINAL.get(word, word)


def _without_bracket(text: str, lga: str | None) -> str:
    """Step 4: drop a final bracket that repeats the LGA, a code or a number, after a name."""
    found = _BRACKET.match(text)
    if not found or found[1] == "ward" or not any(ch.isalnum() for ch in found[1]):
        return text
    inside = found[2].strip()
    words = inside.split()
    named_as_lga = len(words) > 1 and (words[-1] in _LGA_WORDS or words[0] in _LGA_WORDS)
    if named_as_lga:
        words = words[:-1] if words[-1] in _LGA_WORDS else words[1:]
    if named_as_lga and lga is None:
        return found[1]
    same = lga is not None and bool(words) and lga_key(" ".join(words)) == lga
    return found[1] if same or _WARD_CODE.match(inside) else text


def _numerals(text: str) -> str:
    """Step 8: numbers at the end of the name, and before a final bracket, as digits."""
    found = _BRACKET.match(text)
    head, tail = (found[1], found[2]) if found else (text, "")
    head = _COMBINING.sub("", _DROPPED.sub("", head))
    tail = _COMBINING.sub("", _DROPPED.sub("", tail))
    words = _SEPARATORS.sub(" ", head).split()
    if len(words) > 1:
        words[-1] = _final_number(words[-1])
    words += _SEPARATORS.sub(" ", tail).split()
    return " ".join(_plain_number(word) for word in words)


def _plain_number(word: str) -> str:
    """``05`` → ``5``, ``2nd`` → ``2``; every other word stays."""
    found = _ORDINAL.match(word)
    if found:
        return found[1]
    return (word.lstrip("0") or "0") if word.isascii() and word.isdigit() else word


def _one_pass(text: str, lga: str | None) -> str:
    text = tidy(tidy(text).translate(_CURLY).casefold())
    text = text.replace("[", "(").replace("]", ")")
    text = _without_bracket(text, lga)
    shorter = _LIST_NUMBER.sub("", text)
    text = shorter if any(ch.isalpha() for ch in shorter) else text
    found = _WARD_END.match(text)
    if found and any(ch.isalnum() for ch in found[1]):
        text = found[1] + (found[2] or "")
    return _numerals(text)


def ward_key(name: object, *, lga: str | None = None, prefix: str | None = None) -> str:
    """Return the comparison key of a ward name (the nine steps of domain/wards.md section 3).

    Parameters
    ----------
    name
        The ward as written or as cleaned.
    lga
        LGA of the row; a final bracket that repeats it is evidence, not part of the name.
    prefix
        DHIS2 prefix of the row, removed under the rule of section 3.1.

    Returns
    -------
    str
        Lower-case words and digits, separated by single blanks; ``ward_key(ward_key(x))`` equals
        ``ward_key(x)``. Empty only when the name has no letter and no digit.
    """
    key = strip_prefix(tidy(name), prefix)
    row_lga = lga_key(lga, prefix) if lga else None
    while (shorter := _one_pass(key, row_lga)) != key:
        key = shorter
    return key


def spaceless(key: str) -> str:
    """Return the second key, without any blank (``Murfa Kalam`` = ``Murfakalam``)."""
    return key.replace(" ", "")


def final_number(key: str) -> str:
    """Return the number that ends a ward key (``akanbi 4`` → ``4``), or the empty text.

    A number is part of the identity: two wards with different final numbers are never candidates
    for each other (domain/wards.md 3.2).
    """
    last = key.rpartition(" ")[2]
    return last if last.isdigit() else ""


def lga_key(name: object, prefix: str | None = None) -> str:
    """Return the comparison key of an LGA name, after the aliases of domain/wards.md section 2."""
    text = tidy(clean_lga(name, prefix).translate(_CURLY).casefold())
    text = _COMBINING.sub("", _DROPPED.sub("", text))
    key = _SEPARATORS.sub(" ", text).strip()
    return _LGA_ALIASES.get(key, key)


def is_unknown_ward(text: object) -> bool:
    """Say whether the value names no ward: blank, Unknown, Unk, N/A, Not stated.

    Such rows are a class of their own: counted in LGA and state totals, never on a ward.
    """
    value = tidy(text).casefold()
    found = _LEADING_PAIR.match(value)
    if found and state_by_prefix(found[1]) is not None:
        value = value[found.end() :]
    words = _SEPARATORS.sub(" ", value).strip()
    return not words or words in _UNKNOWN
