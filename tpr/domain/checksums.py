"""Checksums of parts on their way: the algorithms offered, and reading `Upload-Checksum`."""

import base64
import binascii
import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

ALGORITHMS = ("sha1", "sha256", "md5", "crc32")
"""sha1 is the one that every tus server has; crc32 (four bytes, big-endian) is what a page can
compute where browsers offer no cryptography (plain http on a local network)."""


@dataclass(frozen=True, slots=True)
class Checksum:
    algorithm: str
    digest: bytes

    def agrees_with(self, chunks: Iterable[bytes]) -> bool:
        """Tell whether the chunks, one after the other, have this checksum."""
        if self.algorithm == "crc32":
            value = 0
            for chunk in chunks:
                value = zlib.crc32(chunk, value)
            return value.to_bytes(4, "big") == self.digest
        running = hashlib.new(self.algorithm, usedforsecurity=False)
        for chunk in chunks:
            running.update(chunk)
        return running.digest() == self.digest


def parse_checksum(text: str) -> Checksum | None:
    """Read `sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=`. None when it is not of this form or not offered."""
    algorithm, _, encoded = text.strip().partition(" ")
    if algorithm.lower() not in ALGORITHMS:
        return None
    try:
        digest = base64.b64decode(encoded.strip(), validate=True)
    except binascii.Error:
        return None
    return Checksum(algorithm.lower(), digest) if digest else None
