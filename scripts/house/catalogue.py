"""One catalogue of words: every sentence of the code and the templates, for each language.

What is a sentence: the template of `say`, `mark` and `Words` (chatmrpt/common/language.py), the two
words of `plural` and `say_number`, and `{% translate %}` and `{% blocktranslate %}` in templates.
English is the language of the sources; another language is a file of translations beside it.
"""

import ast
import io
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "locale" / "chatmrpt.pot"
PACKAGES = ("chatmrpt", "tpr", "analysis", "itn")
FIRST = {"say", "mark", "gettext", "gettext_lazy", "_"}
PAIRS = {"plural": 1, "say_number": 0}
CALL = re.compile(r"\b(_|gettext|ngettext)\(u?")

Message = str | tuple[str, str]


def text_of(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def of_python(source: str) -> Iterator[Message]:
    """Yield the messages of one module."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
            continue
        name = node.func.id
        if name in FIRST:
            yield text_of(node.args[0])
        elif name == "Words" and isinstance(node.args[0], ast.Dict):
            yield from (text_of(value) for value in node.args[0].values)
        elif name in PAIRS:
            words = [text_of(argument) for argument in node.args[PAIRS[name] :]]
            if words and words[0]:
                yield words[0], words[1] if len(words) > 1 else words[0] + "s"


def of_template(source: str) -> Iterator[Message]:
    """Yield the messages of one template, as Django looks them up."""
    from django.utils.translation.template import templatize

    code = templatize(source)
    for found in CALL.finditer(code):
        texts = literals(code, found.end())
        if found[1] == "ngettext" and len(texts) == 2:
            yield texts[0], texts[1]
        elif texts:
            yield texts[0]


def literals(code: str, at: int) -> list[str]:
    """Return the text literals that stand at a place, by commas."""
    pattern = re.compile(r"""\s*(?:,\s*)?u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", re.DOTALL)
    found = []
    while match := pattern.match(code, at):
        found.append(ast.literal_eval(match[1]))
        at = match.end()
    return found


def gather() -> Catalog:
    """Return every message with the files in which it stands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatmrpt.settings")
    os.environ.setdefault("CHATMRPT_NO_SERVICES", "1")
    sys.path.insert(0, str(ROOT))
    catalogue = Catalog(
        project="ChatMRPT", charset="utf-8", header_comment="# The words of ChatMRPT."
    )
    sources = [
        *((path, of_python) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))
          if not {"tests", "testing", "migrations", "understand"} & set(path.parts)),
        *((path, of_template) for path in sorted((ROOT / "templates").rglob("*.html"))),
    ]  # fmt: skip
    for path, messages in sources:
        place = [(path.relative_to(ROOT).as_posix(), 0)]
        for message in messages(path.read_text(encoding="utf-8")):
            if message:
                catalogue.add(message, locations=place, flags=_flags(message))
    return catalogue


def _flags(message: Message) -> set[str]:
    one = message if isinstance(message, str) else message[0]
    return {"python-brace-format"} if re.search(r"\{\w+\}", one) else set()


def languages() -> list[Path]:
    return sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po"))


def written(catalogue: Catalog) -> bytes:
    """Return the file of a catalogue: ordered, no line numbers and dates: it moves only with words."""
    target = io.BytesIO()
    write_po(target, catalogue, sort_output=True, include_lineno=False, width=100,
             ignore_obsolete=True)  # fmt: skip
    lines = target.getvalue().decode().splitlines(keepends=True)
    dated = ("POT-Creation-Date", "PO-Revision-Date", "Generated-By")
    return "".join(li for li in lines if not li.startswith(tuple(f'"{d}' for d in dated))).encode()


def brought_up(path: Path, template: Catalog) -> Catalog:
    """Return a language's catalogue with today's messages; one that changed has no translation."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parts[-3])
    catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
    return catalogue


def compiled(catalogue: Catalog) -> bytes:
    """Return the file that gettext reads. Its dates stand still: it moves only with words."""
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    target = io.BytesIO()
    write_mo(target, catalogue)
    return target.getvalue()


def files() -> dict[Path, bytes]:
    """Return every file of the catalogue as it should be."""
    template = gather()
    made = {TEMPLATE: written(template)}
    for path in languages():
        made[path] = written(brought_up(path, template))
        made[path.with_suffix(".mo")] = compiled(
            read_po(io.BytesIO(made[path]), locale=path.parts[-3])
        )
    return made


def main(words: list[str]) -> int:
    stale = [path for path, content in files().items()
             if not path.exists() or path.read_bytes() != content]  # fmt: skip
    if "--check" in words:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not up to date: run scripts/catalogue")
        return 1 if stale else 0
    for path, content in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print(f"{len(gather())} messages; {len(stale)} files changed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
