"""Many senseless requests at the doors of messages and of uploads, in every stage.

The small part that the suite runs is `chatmrpt/tests/test_fuzz.py`. Environment: FUZZ_SEEDS (200; each
with 30 messages in one of five stages and 3 uploads), FUZZ_FIRST (the first seed, 1000). It ends with
an error and the request at the first 5xx, empty or generic reply, ledger that does not replay, or
byte that was acknowledged and is not held.
"""

import os
from collections import Counter

from kit.product import start
from report import measured

SEEDS = int(os.environ.get("FUZZ_SEEDS", "200"))
FIRST = int(os.environ.get("FUZZ_FIRST", "1000"))


def main() -> None:
    static = "django.contrib.staticfiles.storage.StaticFilesStorage"
    os.environ |= {"LOG_LEVEL": "CRITICAL", "ALLOWED_HOSTS": "testserver"}
    os.environ["STATICFILES_BACKEND"] = static
    start()
    from django.test import Client

    from chatmrpt.chat.tests.views.visits import ANSWERS, send, upload
    from chatmrpt.testing.fuzz import Fuzz, check_ledger

    counts: Counter[str] = Counter()
    for seed in range(FIRST, FIRST + SEEDS):
        client = Client()
        workflow = upload(client)
        for choice in ANSWERS[: seed % 5]:
            send(client, workflow, "choices/", choice=choice)
        fuzz = Fuzz(client, seed)
        for _ in range(30):
            fuzz.message(workflow)
        check_ledger(workflow)
        for _ in range(3):
            fuzz.upload()
            fuzz.announce()
        counts += fuzz.counts
    for name, times in sorted(counts.items()):
        measured(name, times, "")
    measured("answers 5xx", sum(n for name, n in counts.items() if name[:10] == "answered 5"), "",
             budget=0)  # fmt: skip


if __name__ == "__main__":
    main()
