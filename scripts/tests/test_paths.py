"""Where sockets lie: an address has at most 107 bytes."""

from pathlib import Path

import pytest
from house import paths, postgres
from house.redis import Redis
from house.say import Stop
from house.services import broker_beside


def test_sockets_lie_in_the_data_directory_when_its_path_is_short() -> None:
    data = Path("/srv/chatmrpt")
    assert paths.socket_directory(data) == data / "sockets"


def test_a_long_data_directory_gets_a_short_directory_of_its_own(tmp_path: Path) -> None:
    long, other = tmp_path / ("a" * 100), tmp_path / ("b" * 100)
    short = Path("/tmp")
    first = paths.socket_directory(long, temporary=short)
    assert first.parent == short
    assert first != paths.socket_directory(other, temporary=short)
    assert first == paths.socket_directory(long, temporary=short)
    assert len(str(first)) + paths.LONGEST_SOCKET_NAME <= paths.LONGEST_SOCKET_PATH


def test_a_path_that_urls_would_quote_gets_a_plain_directory() -> None:
    assert not paths.fits_a_socket(Path("/tmp/with space"))
    assert not paths.fits_a_socket(Path("/tmp/ward?"))
    assert paths.fits_a_socket(Path("/srv/chatmrpt/var/sockets"))


def test_a_planted_socket_directory_is_refused(tmp_path: Path) -> None:
    made = paths.own_directory(tmp_path / "made")
    assert made.stat().st_mode & 0o777 == 0o700
    planted = tmp_path / "planted"
    planted.symlink_to(made)
    with pytest.raises(Stop, match="belongs to another user"):
        paths.own_directory(planted)


def test_the_addresses_have_the_agreed_forms() -> None:
    sockets = Path("/run/x")
    redis = Redis(sockets, Path("/dev/null"))
    assert postgres.url(sockets) == "postgresql://chatmrpt@/chatmrpt?host=/run/x"
    assert redis.cache_url == "unix:///run/x/redis.sock?db=0"
    assert redis.broker_url == "redis+socket:///run/x/redis.sock?virtual_host=1"


@pytest.mark.parametrize(
    ("cache", "broker"),
    [
        ("redis://cache:6379/0", "redis://cache:6379/1"),
        ("redis://cache:6379", "redis://cache:6379/1"),
        (
            "rediss://u:p@cache:6380/4?ssl_cert_reqs=none",
            "rediss://u:p@cache:6380/5?ssl_cert_reqs=none",
        ),
        ("unix:///run/r.sock?db=0", "redis+socket:///run/r.sock?virtual_host=1"),
    ],
)
def test_the_broker_is_the_next_database_of_the_named_redis(cache: str, broker: str) -> None:
    assert broker_beside(cache) == broker


def test_django_reads_the_private_address_as_it_is_written() -> None:
    from chatmrpt.conf.database import database_from_url

    read = database_from_url(postgres.url(Path("/run/x/pg")), application_name="test")
    assert (read["USER"], read["NAME"], read["HOST"]) == ("chatmrpt", "chatmrpt", "/run/x/pg")
