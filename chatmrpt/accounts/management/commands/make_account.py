"""`make_account NAME [--role ROLE …]`: an account without the admin pages."""

import secrets
import sys
from argparse import ArgumentParser
from typing import Any

from django.db import transaction

from chatmrpt.accounts.services.accounts import check_new_password, make_account, set_password
from chatmrpt.accounts.services.give_role import give_role
from chatmrpt.accounts.services.sign_in import account_named
from chatmrpt.common.commands import BadArguments, ServiceCommand


class Command(ServiceCommand):
    help = (
        "Make an account, print its first password once (or read one from stdin), and give it a "
        "role. For an account that exists: only the role, or a new password with --new-password."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--role", help="viewer, analyst, lga_officer, approver, …")
        parser.add_argument("--state", default="")
        parser.add_argument("--lga", default="")
        parser.add_argument("--full-name", default="")
        parser.add_argument("--email", default="")
        parser.add_argument("--password-stdin", action="store_true")
        parser.add_argument("--new-password", action="store_true")

    def run(self, **options: Any) -> None:
        if (options["state"] or options["lga"]) and not options["role"]:
            raise BadArguments("INVALID_ARGUMENTS", "--state and --lga belong to a --role.")
        said = options["password_stdin"]
        password = sys.stdin.readline().rstrip("\n") if said else secrets.token_urlsafe(12)
        with transaction.atomic():
            user = account_named(options["name"])
            fresh = user is None
            if user is None:
                user = make_account(
                    name=options["name"], password=password, full_name=options["full_name"],
                    email=options["email"],
                )  # fmt: skip
            elif options["new_password"]:
                check_new_password(password, user)
                set_password(user, password)
            elif not options["role"]:
                raise BadArguments(
                    "NAME_TAKEN",
                    f"There is an account named '{user.get_username()}' already. Give it a --role "
                    "or a --new-password.",
                )
            role = None
            if options["role"]:
                role = give_role(
                    user, options["role"], state=options["state"], lga=options["lga"],
                    given_by="command",
                )  # fmt: skip
        if fresh or options["new_password"]:
            known = "as read" if said else password
            self.stdout.write(f"account {user.get_username()}, password {known}")
        if role is not None:
            self.stdout.write(f"role of {user.get_username()}: {role}")
