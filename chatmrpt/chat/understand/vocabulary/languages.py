"""Which language a shipped phrase belongs to; what is not listed is English."""

from __future__ import annotations

from .entries import Entry, phrase
from .wordlist import wordset

LANGUAGES = ("English", "Pidgin", "Hausa", "Yoruba", "Igbo", "French")

_WORDS: dict[str, frozenset[str]] = {
    "Pidgin": wordset(
        """abeg abegi wey dem wetin dey pikin pikins belle oya na naa nau comot sabi wan una oga
        fit am dis dat wahala shaking sef sha ehen no-be"""
    ),
    "Hausa": wordset(
        """babban asibiti yara kanana kananan masu mata ciki mai kowa duka koma baya banda mba aa
        biyar kasa sama da manya nagode gode biko-na allah dan walahi wallahi eh-en toh haka jihar
        jiha taimako naam"""
    ),
    "Yoruba": wordset(
        """omode aboyun agbalagba gbogbo eniyan beeni rara ejo jowo jare abi ese oo"""
    ),
    "Igbo": wordset("""umuaka ndi ime biko i-ee mba daalu nno kedu"""),
    "French": wordset(
        """primaire primaires secondaire secondaires tertiaire tertiaires toutes tous les structures
        niveaux moins de plus ans cinq adultes adulte femmes femme enceintes enfants enfant jeunes
        ages tout le monde oui non accord sans sauf pas retour annuler recommencer quitter passer
        aide svp stp merci par defaut recommande"""
    ),
}  # fmt: skip
_SHARED = wordset("no of the a to for all d de da na i plus aide ages pas non am")
"""Words that stand in two languages decide nothing alone."""


def language_of(entry: Entry) -> str:
    """The language of a shipped phrase, by its telling words."""
    words = {w for token in phrase(entry.text) for w in (token,)} | set(entry.text.split())
    for language, telling in _WORDS.items():
        if words & (telling - _SHARED):
            return language
    alone = entry.text in ("na so", "no be", "na gode")
    return "Pidgin" if alone else "English"
