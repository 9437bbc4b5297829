from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Reply:
    """One answer: a bold lead-in, the text, small tables and links. Stored with the message."""

    text: str
    lead: str = ""
    heard: str = ""
    figures: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, str]] = field(default_factory=list)

    @property
    def full_text(self) -> str:
        return f"{self.lead} {self.text}".strip()
