"""A door in front of several web hosts, for `scripts/cluster`: nginx as in deploy/nginx.conf, else a
relay that deals connections round robin. Neither keeps a person at one host.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from house import paths
from house.say import Stop

CONF = paths.PROJECT / "deploy" / "nginx.conf"
RELAY = Path(__file__).resolve().with_name("relay.py")


def nginx() -> str | None:
    """The machine's nginx, unless `FRONT=relay` asks for the relay."""
    if os.environ.get("FRONT") == "relay":
        return None
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def configuration(text: str, folder: Path, bind: str, port: int, webs: Sequence[int]) -> str:
    """deploy/nginx.conf for processes of one machine: its own addresses and folder, nothing else."""
    servers = re.compile(r"^( *)server web-1:8000 (.*);\n(?: *server web-\d:8000 .*;\n)*", re.M)
    listen = re.compile(r"^( *)listen 8080;", re.M)
    if not servers.search(text) or not listen.search(text):
        raise Stop(f"{CONF} names no hosts or no door as scripts/cluster knows them.")
    text = servers.sub(
        lambda found: "".join(f"{found[1]}server 127.0.0.1:{web} {found[2]};\n" for web in webs),
        text,
    )
    text = listen.sub(lambda found: f"{found[1]}listen {bind}:{port};", text)
    text = text.replace("/tmp/", f"{folder}/").replace("/dev/stdout", f"{folder}/access.log")
    # A master that is root gives its workers to a user that cannot enter our folder.
    return ("user root;\n" if os.getuid() == 0 else "") + text


def command(folder: Path, bind: str, port: int, webs: Sequence[int]) -> list[str]:
    """The program to run, its configuration written below `folder`."""
    if not (found := nginx()):
        addresses = [f"{bind}:{port}", *(f"127.0.0.1:{web}" for web in webs)]
        return [sys.executable, str(RELAY), *addresses]
    conf = folder / "nginx.conf"
    conf.write_text(configuration(CONF.read_text(), folder, bind, port, webs))
    return [found, "-c", str(conf), "-e", "stderr", "-g", "daemon off;"]
