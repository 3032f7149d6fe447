"""Downloads come whole, with what they are, or not at all, whatever the network and the service do."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import DataError
from geo.sources.web import Got, Limits, Unchanged, UnexpectedError, Web, shown
from geo.sources.web.answers import exception_text, kind_of, retry_after, told
from tests.loopback import HTML, Asked, Loopback, Reply
from tests.services import GeoServer, finess

BODY = bytes(range(256)) * 4000
"""One megabyte that no two parts of are alike at a cut."""
ARCHIVE = b"PK\x03\x04" + BODY
FAST = Limits(connect_s=2, read_s=2, deadline_s=20)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name in {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}:
            monkeypatch.delenv(name)


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def web(tmp_path: Path, waits: list[float]) -> Iterator[Web]:
    with Web(tmp_path / "web", limits=FAST, sleep=waits.append) as made:
        yield made


def whole(got: Got | Unchanged) -> bytes:
    """Return the bytes of a download, and see that what is said of it is true."""
    assert isinstance(got, Got)
    content = got.path.read_bytes()
    assert got.size == len(content)
    assert got.sha256 == hashlib.sha256(content).hexdigest()
    assert [path.name for path in got.path.parent.iterdir() if ".part" in path.name] == []
    return content


def left(web: Web) -> list[str]:
    """Return the suffixes of what stays in the folder."""
    return sorted("".join(path.suffixes) for path in web.folder.glob("*"))


# A file, whole


def test_a_file_and_what_is_said_of_it(server: Loopback, web: Web) -> None:
    date = "Wed, 18 Nov 2026 07:28:00 GMT"
    server.at("/unesco.zip", Reply(ARCHIVE, kind="application/zip", etag='"7"', modified=date))
    got = web.get(server.url("/unesco.zip"), expect="zip")
    assert whole(got) == ARCHIVE
    assert isinstance(got, Got)
    assert (got.etag, got.modified, got.content_type) == ('"7"', date, "application/zip")
    assert (got.path.suffix, got.url) == (".zip", server.url("/unesco.zip"))
    assert abs(datetime.now(UTC) - datetime.fromisoformat(got.fetched)) < timedelta(minutes=1)
    asked = server.asked[0].headers
    assert asked["user-agent"].startswith("erbm-atlas/")
    assert asked["accept-encoding"] == "identity"


def test_parameters_are_added_to_the_query(server: Loopback, web: Web) -> None:
    server.at("/ows", Reply({"features": []}))
    web.get(server.url("/ows?map=mbm"), params={"typeNames": "mbm:cités"}, expect="json")
    assert server.asked[0].query == {"map": "mbm", "typeNames": "mbm:cités"}


def test_texts_are_kept_as_they_are_encoded(server: Loopback, web: Web) -> None:
    server.at("/finess", Reply(finess(), kind="text/csv; charset=UTF-8"))
    assert "HÔPITAL" in whole(web.get(server.url("/finess"), expect="csv")).decode("iso-8859-1")


def test_progress_is_told(server: Loopback, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int | None]] = []
    server.at("/a", Reply(ARCHIVE))
    server.at("/b", Reply(ARCHIVE, chunked=True))
    with Web(tmp_path, progress=lambda *step: steps.append(step)) as web:
        web.get(server.url("/a"))
        web.get(server.url("/b"))
    assert (server.url("/a"), len(ARCHIVE), len(ARCHIVE)) in steps
    assert (server.url("/b"), len(ARCHIVE), None) in steps
    assert [done for url, done, _ in steps if url.endswith("/a")] == sorted(
        done for url, done, _ in steps if url.endswith("/a")
    )


def test_what_has_not_changed_is_not_sent_again(server: Loopback, web: Web) -> None:
    server.at("/etag", Reply(BODY, etag='W/"3"'))
    server.at("/date", Reply(BODY, modified="Wed, 18 Nov 2026 07:28:00 GMT"))
    by_tag = web.get(server.url("/etag"), etag='W/"3"')
    by_date = web.get(server.url("/date"), modified="Wed, 18 Nov 2026 07:28:00 GMT")
    assert isinstance(by_tag, Unchanged)
    assert isinstance(by_date, Unchanged)
    assert by_tag.etag == 'W/"3"'
    assert left(web) == []
    assert whole(web.get(server.url("/etag"), etag='W/"2"')) == BODY


def test_unchanged_is_an_error_if_nothing_was_compared(server: Loopback, web: Web) -> None:
    server.at("/a", Reply(status=304))
    with pytest.raises(DataError, match="HTTP 304"):
        web.get(server.url("/a"))


def test_a_new_version_takes_the_place_of_the_old_one(server: Loopback, web: Web) -> None:
    server.at("/a.zip", Reply(ARCHIVE), Reply(b"PK\x03\x04new"))
    first, second = (web.get(server.url("/a.zip"), expect="zip") for _ in range(2))
    assert isinstance(first, Got)
    assert isinstance(second, Got)
    assert first.path == second.path
    assert whole(second) == b"PK\x03\x04new"


# Cut on the way, and gone on with


@pytest.mark.parametrize("cut", [1, 4096, len(BODY) // 2, len(BODY) - 1])
def test_a_cut_download_goes_on_where_it_stopped(server: Loopback, web: Web, cut: int) -> None:
    server.at("/a", Reply(BODY, etag='"1"', cut=cut), Reply(BODY, etag='"1"', ranges=True))
    assert whole(web.get(server.url("/a"))) == BODY
    again = server.asked[1].headers
    assert (again["range"], again["if-range"]) == (f"bytes={cut}-", '"1"')


def test_a_date_resumes_too_and_a_weak_etag_does_not(server: Loopback, web: Web) -> None:
    date = "Wed, 18 Nov 2026 07:28:00 GMT"
    server.at("/date", Reply(BODY, modified=date, cut=9), Reply(BODY, modified=date, ranges=True))
    server.at("/weak", Reply(BODY, etag='W/"1"', cut=9), Reply(BODY, etag='W/"1"', ranges=True))
    server.at("/none", Reply(BODY, cut=9), Reply(BODY, ranges=True))
    for path in ("/date", "/weak", "/none"):
        assert whole(web.get(server.url(path))) == BODY
    assert [one.headers.get("range") for one in server.asked] == [None, "bytes=9-", None, None, None, None]


def test_cut_again_and_again_it_still_goes_on(server: Loopback, web: Web) -> None:
    cuts = [Reply(BODY, etag='"1"', ranges=True, cut=100_000)] * 4
    server.at("/a", *cuts, Reply(BODY, etag='"1"', ranges=True))
    assert whole(web.get(server.url("/a"))) == BODY
    assert server.asked[-1].headers["range"] == "bytes=400000-"


def test_a_service_without_ranges_sends_it_all_again(server: Loopback, web: Web) -> None:
    server.at("/a", Reply(BODY, etag='"1"', cut=5000), Reply(BODY, etag='"1"'))
    assert whole(web.get(server.url("/a"))) == BODY


def test_a_file_that_changed_meanwhile_is_begun_again(server: Loopback, web: Web) -> None:
    new = BODY[::-1]
    server.at("/a", Reply(BODY, etag='"1"', cut=5000), Reply(new, etag='"2"', ranges=True))
    got = web.get(server.url("/a"))
    assert whole(got) == new
    assert isinstance(got, Got)
    assert got.etag == '"2"'


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Range": f"bytes 0-{len(BODY) - 1}/{len(BODY)}"},
        {"Content-Range": f"bytes 4999-{len(BODY) - 1}/{len(BODY)}"},
        {"Content-Range": f"bytes 5000-{len(BODY)}/{len(BODY) + 1}"},
        {"Content-Range": "bytes 5000-4000/*"},
        {"Content-Range": "bytes */*"},
        {"Content-Range": f"bytes 5000-{len(BODY) - 1}/*", "ETag": "other"},
        {"Content-Range": f"bytes 5000-{len(BODY) - 1}/{len(BODY)}", "ETag": '"2"'},
        {"Content-Range": f"bytes 5000-{len(BODY) - 1}/{len(BODY)}", "Content-Encoding": "gzip"},
        {},
    ],
)
def test_a_rest_that_does_not_follow_is_refused(server: Loopback, web: Web, headers: dict[str, str]) -> None:
    wrong = Reply(b"?" * (len(BODY) - 5000), status=206, headers=headers)
    server.at("/a", Reply(BODY, etag='"1"', cut=5000), wrong, Reply(BODY, etag='"1"'))
    assert whole(web.get(server.url("/a"))) == BODY
    assert "range" not in server.asked[2].headers


def test_a_part_longer_than_the_file_is_begun_again(server: Loopback, web: Web) -> None:
    server.at("/a", Reply(BODY, etag='"1"', cut=5000), Reply(b"short", etag='"1"', ranges=True))
    assert whole(web.get(server.url("/a"))) == b"short"
    assert len(server.asked) == 3


def test_a_rest_given_piece_by_piece_is_asked_to_its_end(server: Loopback, web: Web) -> None:
    def piece(asked: Asked) -> Reply:
        start = int(asked.headers["range"].removeprefix("bytes=").removesuffix("-"))
        end = min(start + 400_000, len(BODY))
        return Reply(
            BODY[start:end], status=206, headers={"Content-Range": f"bytes {start}-{end - 1}/{len(BODY)}"}
        )

    server.at("/a", Reply(BODY, etag='"1"', cut=5000), piece)
    assert whole(web.get(server.url("/a"))) == BODY
    assert len(server.asked) == 4


def test_a_rest_that_has_no_end_is_not_taken_for_whole(server: Loopback, web: Web) -> None:
    first = Reply(BODY, etag='"1"', chunked=True, cut=5000)
    rest = Reply(BODY[5000:9000], status=206, headers={"Content-Range": "bytes 5000-8999/*"})
    server.at("/a", first, rest, Reply(BODY, etag='"1"'))
    assert whole(web.get(server.url("/a"))) == BODY


def test_part_of_a_file_is_no_answer_to_who_asked_for_it_all(server: Loopback, web: Web) -> None:
    server.at("/a", Reply(BODY[:10], status=206, headers={"Content-Range": f"bytes 0-9/{len(BODY)}"}))
    with pytest.raises(DataError, match="HTTP 206"):
        web.get(server.url("/a"))


def test_a_later_run_goes_on(server: Loopback, tmp_path: Path) -> None:
    server.at("/a", Reply(BODY, etag='"1"', cut=6000), Reply(BODY, etag='"1"', ranges=True))
    with Web(tmp_path, limits=Limits(tries=1)) as first, pytest.raises(DataError, match="coupée en route"):
        first.get(server.url("/a"))
    assert left(first) == [".part", ".part.json"]
    with Web(tmp_path) as second:
        assert whole(second.get(server.url("/a"))) == BODY
    assert server.asked[1].headers["range"] == "bytes=6000-"


def test_killed_on_the_way_a_later_process_goes_on(server: Loopback, tmp_path: Path) -> None:
    slow = Reply(BODY, etag='"1"', trickle=(40_000, 0.02))
    server.at("/a", slow, Reply(BODY, etag='"1"', ranges=True))
    code = f"""
from pathlib import Path
from geo.sources.web import Web
Web(Path({str(tmp_path)!r})).get({server.url("/a")!r})
"""
    child = subprocess.Popen([sys.executable, "-c", code])
    until = time.monotonic() + 30
    while time.monotonic() < until and sum(p.stat().st_size for p in tmp_path.glob("*.part")) < 80_000:
        time.sleep(0.005)
    child.send_signal(signal.SIGKILL)
    child.wait()
    [part] = tmp_path.glob("*.part")
    kept = part.stat().st_size
    assert 80_000 <= kept < len(BODY)
    with Web(tmp_path) as web:
        assert whole(web.get(server.url("/a"))) == BODY
    assert server.asked[1].headers["range"] == f"bytes={kept}-"


def test_a_part_whose_state_is_damaged_is_begun_again(server: Loopback, tmp_path: Path) -> None:
    server.at("/a", Reply(BODY, etag='"1"', cut=6000), Reply(BODY, etag='"1"', ranges=True))
    with Web(tmp_path, limits=Limits(tries=1)) as first, pytest.raises(DataError):
        first.get(server.url("/a"))
    for state in tmp_path.glob("*.part.json"):
        state.write_text("{", encoding="utf-8")
    with Web(tmp_path) as second:
        assert whole(second.get(server.url("/a"))) == BODY
    assert "range" not in server.asked[1].headers


def test_less_than_announced_is_not_taken_for_whole(server: Loopback, web: Web) -> None:
    server.at("/a.zip", Reply(ARCHIVE, headers={"Content-Length": str(len(ARCHIVE) + 10)}))
    with pytest.raises(DataError, match="coupée en route, après 5 essais"):
        web.get(server.url("/a.zip"), expect="zip")
    assert ".zip" not in left(web)


def test_chunks_cut_short_are_not_taken_for_whole(server: Loopback, web: Web) -> None:
    server.at("/a", Reply(BODY, chunked=True, cut=5000), Reply(BODY, chunked=True))
    assert whole(web.get(server.url("/a"))) == BODY
    assert len(server.asked) == 2


# Compressed


def test_compressed_on_its_way_or_unasked(server: Loopback, web: Web) -> None:
    server.at("/a", Reply({"features": []}, packed=True))
    assert whole(web.page(server.url("/a"))) == b'{"features": []}'
    assert server.asked[0].headers["accept-encoding"] == "gzip"
    assert whole(web.get(server.url("/a"), expect="json")) == b'{"features": []}'


def test_a_packet_that_holds_much_is_decompressed_to_its_end(server: Loopback, web: Web) -> None:
    content = bytes(1_000_000) + os.urandom(1000) + bytes(262_144 * 3)
    server.at("/a", Reply(content, packed=True))
    assert whole(web.get(server.url("/a"))) == content


def test_a_compressed_body_cut_short_is_asked_again_whole(server: Loopback, web: Web) -> None:
    packed = gzip.compress(os.urandom(50_000))
    cut = Reply(packed[:9000], headers={"Content-Encoding": "gzip", "ETag": '"1"'})
    server.at("/a", cut, Reply(packed, headers={"Content-Encoding": "gzip", "ETag": '"1"'}))
    assert whole(web.get(server.url("/a"))) == gzip.decompress(packed)
    assert "range" not in server.asked[1].headers


def test_a_compressed_bomb_stops_at_the_limit(server: Loopback, tmp_path: Path) -> None:
    server.at("/a", Reply(bytes(200 << 20), packed=True))
    with Web(tmp_path, limits=Limits(max_bytes=1 << 20)) as web:
        begun = time.monotonic()
        with pytest.raises(DataError, match="trop grande"):
            web.get(server.url("/a"))
    assert time.monotonic() - begun < 60  # a guard against hanging, not a measure
    assert left(web) == []


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(b"not gzip", headers={"Content-Encoding": "gzip"}), "abîmée"),
        (Reply(gzip.compress(b"a") + gzip.compress(b"b"), headers={"Content-Encoding": "gzip"}), "suivie"),
        (Reply(b"....", headers={"Content-Encoding": "br"}), r"compression inconnue \(br\)"),
        (Reply(b"....", headers={"Content-Encoding": "gzip, gzip"}), "compression inconnue"),
    ],
)
def test_what_cannot_be_decompressed_is_refused(server: Loopback, web: Web, reply: Reply, words: str) -> None:
    server.at("/a", reply)
    with pytest.raises(DataError, match=words):
        web.get(server.url("/a"))


# Too big, too slow


@pytest.mark.parametrize("chunked", [False, True])
def test_too_big_is_refused_before_or_during(server: Loopback, tmp_path: Path, *, chunked: bool) -> None:
    server.at("/a", Reply(BODY, chunked=chunked, etag='"1"'))
    with Web(tmp_path, limits=Limits(max_bytes=100_000)) as web:
        with pytest.raises(DataError, match="trop grande"):
            web.get(server.url("/a"))
        assert left(web) == []
        assert len(server.asked) == 1


def test_a_page_has_a_limit_of_its_own(server: Loopback, tmp_path: Path) -> None:
    server.at("/a", Reply({"features": ["x" * 5000]}))
    with Web(tmp_path, limits=Limits(page_bytes=1000)) as web:
        assert whole(web.get(server.url("/a"), expect="json"))
        with pytest.raises(DataError, match="trop grande"):
            web.page(server.url("/a"))


def test_a_service_that_never_answers(server: Loopback, tmp_path: Path, waits: list[float]) -> None:
    server.at("/a", Reply(hang=True))
    slow = Web(tmp_path, limits=Limits(read_s=0.1, tries=2), sleep=waits.append)
    with slow as web, pytest.raises(DataError, match="pas de réponse dans le délai, après 2 essais") as error:
        web.get(server.url("/a"))
    assert server.url("/a") in str(error.value)
    assert "--offline" in error.value.advice


def test_a_trickle_stops_at_the_deadline_and_can_be_gone_on_with(server: Loopback, tmp_path: Path) -> None:
    slow = Reply(BODY, etag='"1"', trickle=(10, 0.02))
    server.at("/a", slow, Reply(BODY, etag='"1"', ranges=True))
    with Web(tmp_path, limits=Limits(deadline_s=0.3)) as web:
        begun = time.monotonic()
        with pytest.raises(DataError, match="trop lent"):
            web.get(server.url("/a"))
        assert time.monotonic() - begun < 3
        assert whole(web.get(server.url("/a"))) == BODY
    assert "range" in server.asked[1].headers


def test_no_try_begins_after_the_deadline(server: Loopback, tmp_path: Path, waits: list[float]) -> None:
    server.at("/a", Reply(status=503, headers={"Retry-After": "50"}))
    short = Web(tmp_path, limits=Limits(deadline_s=40), sleep=waits.append)
    with short as web, pytest.raises(DataError, match="HTTP 503"):
        web.get(server.url("/a"))
    assert (len(server.asked), waits) == (1, [])


# Refused


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "introuvable"),
        (401, "identification"),
        (403, "accès refusé"),
        (410, "supprimée"),
        (418, "inattendue"),
    ],
)
def test_a_refusal_is_not_insisted_upon(server: Loopback, web: Web, status: int, words: str) -> None:
    server.at("/a", Reply({"detail": "Rien pour vous."}, status=status))
    with pytest.raises(DataError, match=words) as error:
        web.get(server.url("/a"))
    assert f"HTTP {status}" in str(error.value)
    assert "« Rien pour vous. »" in str(error.value)
    assert server.url("/a") in str(error.value)
    assert len(server.asked) == 1
    assert left(web) == []


def test_a_passing_failure_is_tried_again(server: Loopback, web: Web, waits: list[float]) -> None:
    server.at("/a", Reply(status=500), Reply(status=502), Reply(status=429), Reply(BODY))
    assert whole(web.get(server.url("/a"))) == BODY
    assert len(waits) == 3
    assert waits == sorted(waits)
    assert 1 <= waits[0] <= 2
    assert 4 <= waits[2] <= 5


def test_down_for_good(server: Loopback, web: Web, waits: list[float]) -> None:
    server.at("/a", Reply(HTML, status=503, kind="text/html"))
    with pytest.raises(DataError, match=r"en panne \(HTTP 503\), après 5 essais") as error:
        web.get(server.url("/a"))
    assert (len(server.asked), len(waits)) == (5, 4)
    assert "revenez plus tard" in error.value.advice


def test_retry_after_is_obeyed(server: Loopback, web: Web, waits: list[float]) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=12), usegmt=True)
    server.at(
        "/a",
        Reply(status=429, headers={"Retry-After": "7"}),
        Reply(status=503, headers={"Retry-After": later}),
        Reply(BODY),
    )
    assert whole(web.get(server.url("/a"))) == BODY
    assert waits[0] == 7
    assert 9 < waits[1] <= 12


def test_a_wait_that_is_too_long_is_told(server: Loopback, web: Web, waits: list[float]) -> None:
    server.at("/a", Reply(status=429, headers={"Retry-After": "7200"}))
    with pytest.raises(DataError, match="trop de demandes") as error:
        web.get(server.url("/a"))
    back = datetime.now(UTC) + timedelta(hours=2)
    assert f"{back.day}" in error.value.advice
    assert f"{back:%H:}" in error.value.advice
    assert (len(server.asked), waits) == (1, [])


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("0", 0), ("120", 120), ("-3", 0), ("soon", 0), ("", 0), ("9" * 400, 10 * 365 * 86_400)],
)
def test_retry_after_in_seconds(value: str, seconds: float) -> None:
    assert retry_after(value, datetime.now(UTC)) == seconds


@given(st.text())
def test_retry_after_never_fails(value: str) -> None:
    assert 0 <= retry_after(value, datetime.now(UTC)) <= 10 * 365 * 86_400


# Something else than what was asked


@pytest.mark.parametrize(
    ("reply", "expect", "found"),
    [
        (Reply(HTML, kind="text/html"), "json", "html"),
        (Reply(HTML, kind="application/json"), "json", "html"),
        (Reply(b"\xef\xbb\xbf\n<!-- a --><!-- b -->\n<HTML>", kind="text/plain"), "", "html"),
        (Reply(b"Site en maintenance", kind="text/html; charset=utf-8"), "csv", "html"),
        (Reply(b'<?xml version="1.0"?><html xmlns="x"/>', kind="text/xml"), "gml", "html"),
        (Reply(b'{"detail": "non"}'), "csv", "json"),
        (Reply(b'{"detail": "non"}'), "zip", "json"),
        (Reply(b"PK\x03\x04"), "json", "zip"),
        (Reply(b"PK\x03\x04"), "csv", "zip"),
        (Reply(b"id;nom\n1;a\n"), "json", "text"),
        (Reply(b"<gpx/>"), "parquet", "xml"),
    ],
)
def test_something_else_is_refused(server: Loopback, web: Web, reply: Reply, expect: str, found: str) -> None:
    server.at("/a", reply)
    with pytest.raises(UnexpectedError, match="le service a répondu") as error:
        web.get(server.url("/a"), expect=expect)
    assert error.value.found == found
    assert len(server.asked) == 1
    assert left(web) == []


@pytest.mark.parametrize(
    ("content", "expect"),
    [
        (b'{"type": "FeatureCollection", "features": []}', "json"),
        (b"\xef\xbb\xbf [1]", "json"),
        (b"PK\x03\x04...", "zip"),
        (b"PAR1...", "parquet"),
        (b'<?xml version="1.0"?><!-- trace --><gpx/>', "gpx"),
    ],
)
def test_what_the_bytes_plainly_are_wins_over_the_type(
    server: Loopback, web: Web, content: bytes, expect: str
) -> None:
    server.at("/a", Reply(content, kind="text/html"))
    assert whole(web.get(server.url("/a"), expect=expect)) == content


@pytest.mark.parametrize("status", [200, 400])
def test_what_an_ogc_exception_says_is_told(server: Loopback, web: Web, status: int) -> None:
    server.at("/ows", GeoServer({}, exception_status=status))
    with pytest.raises(UnexpectedError, match="« Feature type mbm:rien unknown »") as error:
        web.page(server.url("/ows"), params={"version": "2.0.0", "typeNames": "mbm:rien"})
    assert error.value.found == "exception"


@pytest.mark.parametrize("body", [b"", b" \n "])
def test_nothing_is_no_answer(server: Loopback, web: Web, body: bytes) -> None:
    server.at("/a", Reply(body))
    with pytest.raises(DataError, match="réponse vide"):
        web.get(server.url("/a"))
    assert left(web) == []


def test_a_page_of_comments_is_looked_at_in_no_time() -> None:
    begun = time.monotonic()
    assert kind_of(b"<!-- -->" * 8000 + b"<gpx>") == "xml"
    assert kind_of(b"<!-- " * 13_000) == "xml"
    assert exception_text(b"<ServiceException>" * 3600)
    assert time.monotonic() - begun < 1


def test_what_a_service_says_is_shown_on_one_short_line() -> None:
    assert told("\x1b[31mrouge\n\n  <![CDATA[bleu]]>") == "[31mrouge bleu"
    assert len(told("x" * 10_000)) == 301


# Redirections


def test_redirections_are_followed(server: Loopback, web: Web) -> None:
    server.at("/r/7bea", Reply(status=302, headers={"Location": "/static/a.zip"}))
    server.at("/static/a.zip", Reply(ARCHIVE))
    got = web.get(server.url("/r/7bea"), expect="zip")
    assert whole(got) == ARCHIVE
    assert got.url == server.url("/static/a.zip")


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("/a", "redirections sans fin"),
        ("file:///etc/passwd", "redirection refusée vers file:///etc/passwd"),
        ("ftp://exemple.fr/a", "redirection refusée"),
        ("http://[", "adresse illisible"),
        ("http://exemple.fr:port/a", "adresse illisible"),
        ("", "redirection sans adresse"),
    ],
)
def test_redirections_that_are_not_followed(server: Loopback, web: Web, location: str, words: str) -> None:
    server.at("/a", Reply(status=301, headers={"Location": location}))
    with pytest.raises(DataError, match=words):
        web.get(server.url("/a"))
    assert len(server.asked) == 1


def test_a_chain_of_redirections_has_an_end(server: Loopback, web: Web) -> None:
    for step in range(20):
        server.at(f"/{step}", Reply(status=307, headers={"Location": f"/{step + 1}"}))
    with pytest.raises(DataError, match="redirections sans fin"):
        web.get(server.url("/0"))
    assert len(server.asked) == 6


def test_the_body_of_a_redirection_is_not_read(server: Loopback, web: Web) -> None:
    endless = Reply(BODY, status=302, headers={"Location": "/b"}, trickle=(1, 0.1))
    server.at("/a", endless)
    server.at("/b", Reply(b"[1]"))
    begun = time.monotonic()
    assert whole(web.get(server.url("/a"))) == b"[1]"
    assert time.monotonic() - begun < 2


def test_a_secured_service_does_not_send_to_an_open_one(server: Loopback, tmp_path: Path) -> None:
    server.at("/a", Reply(BODY))
    with Loopback(secure="127.0.0.1") as secured, Web(tmp_path, ca=secured.write_authority(tmp_path)) as web:
        secured.at("/a", Reply(status=302, headers={"Location": server.url("/a")}))
        with pytest.raises(DataError, match="adresse non chiffrée"):
            web.get(secured.url("/a"))
    assert server.asked == []


# Connections


def test_a_certificate_that_is_trusted(tmp_path: Path) -> None:
    with Loopback(secure="127.0.0.1") as secured, Web(tmp_path, ca=secured.write_authority(tmp_path)) as web:
        secured.at("/a", Reply(BODY))
        assert whole(web.get(secured.url("/a"))) == BODY


def test_a_certificate_that_is_not(tmp_path: Path, waits: list[float]) -> None:
    with Loopback(secure="127.0.0.1") as secured, Web(tmp_path, sleep=waits.append) as web:
        secured.at("/a", Reply(BODY))
        with pytest.raises(DataError, match="certificat refusé, son autorité est inconnue") as error:
            web.get(secured.url("/a"))
    assert secured.asked == []
    assert waits == []
    assert "REQUESTS_CA_BUNDLE" in error.value.advice


def test_a_certificate_for_another_name(tmp_path: Path) -> None:
    with Loopback(secure="exemple.fr") as secured:
        web = Web(tmp_path, ca=secured.write_authority(tmp_path))
        with web, pytest.raises(DataError, match="certificat refusé, il est fait pour une autre adresse"):
            web.get(secured.url("/a"))
    assert secured.asked == []


def test_nobody_listens(tmp_path: Path, waits: list[float]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/a"
    web = Web(tmp_path, limits=Limits(tries=2), sleep=waits.append)
    with web, pytest.raises(DataError, match="connexion refusée, après 2 essais"):
        web.get(url)


def test_a_name_that_does_not_exist(web: Web, waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(DataError, match="nom de machine introuvable"):
        web.get("http://exemple.invalid/a")
    assert waits == []


def test_a_proxy_of_the_environment_is_used(
    server: Loopback, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.base)
    server.at("/a", Reply(BODY))
    assert whole(web.get("http://exemple.invalid/a")) == BODY


# Addresses


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "/etc/passwd",
        "ftp://exemple.fr/a",
        "http://",
        "http:///a",
        "http://[::1/a",
        "http://exemple.fr:port/a",
        "http://exemple.fr/a\r\nX: 1",
        "",
    ],
)
def test_addresses_that_are_not_asked(web: Web, url: str) -> None:
    with pytest.raises(DataError, match="adresse"):
        web.get(url)


def test_secrets_are_never_written(server: Loopback, web: Web) -> None:
    url = server.at("/a", Reply(BODY, etag='"1"', cut=10)).replace("//", "//lea:s3cret@")
    with pytest.raises(DataError) as error:
        web.get(f"{url}?token=s3cret&page=1")
    assert "s3cret" not in str(error.value)
    assert "page=1" in str(error.value)
    assert server.asked[0].query["token"] == "s3cret"
    assert server.asked[0].headers["authorization"].startswith("Basic ")
    assert not any(b"s3cret" in path.read_bytes() for path in web.folder.glob("*.json"))
    server.at("/a", Reply(BODY))
    got = web.get(f"{url}?token=s3cret")
    assert isinstance(got, Got)
    assert "s3cret" not in repr(got)


@given(st.text())
def test_an_address_is_shown_on_one_line_without_its_password(text: str) -> None:
    assert shown(text).isprintable()
    assert "s3cret" not in shown("https://lea:s3cret@exemple.fr/" + text)


def test_a_folder_that_cannot_be_written(server: Loopback, tmp_path: Path) -> None:
    (tmp_path / "web").write_text("a file", encoding="utf-8")
    server.at("/a", Reply(BODY))
    with Web(tmp_path / "web") as web, pytest.raises(DataError, match="écriture impossible"):
        web.get(server.url("/a"))


# The server itself


def test_the_server_answers_in_turn_and_remembers(server: Loopback, web: Web) -> None:
    def echo(asked: Asked) -> Reply:
        return Reply({"features": [asked.query]})

    server.at("/a", Reply(b"[1]"), echo)
    assert whole(web.page(server.url("/a"))) == b"[1]"
    assert json.loads(whole(web.page(server.url("/a?b=c")))) == {"features": [{"b": "c"}]}
    assert [one.path for one in server.asked] == ["/a", "/a"]
