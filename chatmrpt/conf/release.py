"""Which code this is, so that what one release put into the cache is not read by another."""

import hashlib
from pathlib import Path

PACKAGES = ("chatmrpt", "tpr", "analysis", "itn")


def mark_of_code(base: Path) -> str:
    """Return a short digest of the product's Python sources: the same on every host that runs them.

    The cache holds pickled objects of our classes. While one release replaces the other both run,
    and a class may have changed its shape; each finds only what itself has written.
    """
    digest = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((base / package).rglob("*.py")):
            if "tests" not in path.parts:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
