"""Resume codes: short, readable aloud, derived from the workflow and a secret, stored hashed.

The code is an HMAC of the workflow's id, so that the page can always show it, while the database
holds only its hash. 12 characters of Crockford's alphabet: 60 bits.
"""

import hashlib
import hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", " ": "", "-": "", "–": ""})


def code_for(workflow_id: str, secret: str) -> str:
    """Return the code as shown, such as `7F3Q-2MHD-K0W9`."""
    digest = hmac.new(secret.encode(), f"resume:{workflow_id}".encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest[:8], "big")
    letters = []
    for _ in range(LENGTH):
        number, index = divmod(number, 32)
        letters.append(ALPHABET[index])
    text = "".join(letters)
    return "-".join(text[i : i + 4] for i in range(0, LENGTH, 4))


def hash_of(code: str) -> str:
    """Return the hash under which a typed code is looked up; forgiving about O/0, I/1, dashes."""
    typed = code.strip().upper().translate(MISREAD)
    return hashlib.sha256(f"resume:{typed}".encode()).hexdigest()
