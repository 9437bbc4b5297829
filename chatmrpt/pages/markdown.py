"""The part of Markdown that our own documents use, as HTML. Nothing of a person passes through here."""

import re
from collections.abc import Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_HEADING = re.compile(r"(#{1,4})\s+(.*)")
_ITEM = re.compile(r"(?:[-*]|\d+\.)\s+(.*)")
_RULER = re.compile(r"\|[\s:|-]+\|?\s*")


def anchor_of(heading: str) -> str:
    """Return the anchor of a heading, as code hosts make it: `LGA and state` → `lga-and-state`."""
    words = re.sub(r"[^\w\s-]", "", heading.casefold())
    return re.sub(r"\s", "-", words.strip())


def html_of(text: str) -> SafeString:
    """Return headings with anchors, paragraphs, lists, tables, code, bold and links as HTML."""
    return mark_safe("".join(_blocks(text.splitlines())))


def _blocks(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if found := _HEADING.match(line):
            size = len(found[1])
            yield f'<h{size} id="{anchor_of(found[2])}">{_inline(found[2])}</h{size}>'
            at += 1
        elif line.startswith("```"):
            end = next(
                (i for i in range(at + 1, len(lines)) if lines[i].startswith("```")), len(lines)
            )
            yield f"<pre>{escape(chr(10).join(lines[at + 1 : end]))}</pre>"
            at = end + 1
        elif line.startswith("|") and at + 1 < len(lines) and _RULER.fullmatch(lines[at + 1]):
            end = next(
                (i for i in range(at, len(lines)) if not lines[i].startswith("|")), len(lines)
            )
            yield _table(lines[at], lines[at + 2 : end])
            at = end
        elif _ITEM.match(line):
            end = _end_of_list(lines, at)
            yield _list(lines[at:end])
            at = end
        elif line.strip():
            end = at
            while end < len(lines) and lines[end].strip() and not _starts_block(lines, end, at):
                end += 1
            yield f"<p>{_inline(' '.join(lines[at:end]))}</p>"
            at = end
        else:
            at += 1


def _starts_block(lines: list[str], here: int, first: int) -> bool:
    line = lines[here]
    return here > first and bool(
        _HEADING.match(line) or line.startswith(("```", "|")) or _ITEM.match(line)
    )


def _end_of_list(lines: list[str], at: int) -> int:
    end = at
    while end < len(lines) and (_ITEM.match(lines[end]) or lines[end].startswith("  ")):
        end += 1
    return end


def _list(lines: list[str]) -> str:
    items: list[str] = []
    for line in lines:
        if found := _ITEM.match(line):
            items.append(found[1])
        else:
            items[-1] += f" {line.strip()}"
    tag = "ol" if lines[0][0].isdigit() else "ul"
    return f"<{tag}>{''.join(f'<li>{_inline(item)}</li>' for item in items)}</{tag}>"


def _table(head: str, rows: list[str]) -> str:
    heads = "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in _row(head))
    body = "".join(
        "<tr>" + "".join(f"<td>{_inline(cell)}</td>" for cell in _row(row)) + "</tr>"
        for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'


def _row(line: str) -> list[str]:
    cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
    return [cell.strip().replace("\\|", "|") for cell in cells]


def _inline(text: str) -> str:
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(
        f"<code>{escape(part[1:-1])}</code>" if part.startswith("`") and len(part) > 2
        else _plain(part) for part in parts
    )  # fmt: skip


def _plain(text: str) -> str:
    # Links lead to other files of the repository; on the page their words stand alone.
    words = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)
    return re.sub(r"\*\*([^*]+)\*\*", r"<b>\1</b>", str(escape(words)))
