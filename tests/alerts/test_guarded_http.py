"""An address that somebody typed in can't reach the inside, lead astray, or hold us up."""

import datetime
import socket
import ssl
import threading
import time
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.alerts.endpoints import endpoint, misbehaving
from tracker.alerts import guarded_http
from tracker.alerts.addresses import AddressRefused, Allowed, is_outside, read_target
from tracker.alerts.guarded_http import LARGEST_BODY, GuardedHttp, NoAnswer, NotSent

LOOPBACK = Allowed.read("127.0.0.0/8")
INSIDE = [
    "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "192.88.99.1", "192.0.0.8",
    "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
    "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1", "3fff::1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_no_form_of_an_inner_address_counts_as_outside(address: str) -> None:
    assert not is_outside(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111"])
def test_the_open_internet_is_outside(address: str) -> None:
    assert is_outside(ip_address(address))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "0x7f000001", "2130706433", "017700000001", "127.1", "[::1]", "[::ffff:127.0.0.1]"],
)
def test_however_the_loopback_is_spelt_nothing_is_sent(host: str) -> None:
    with endpoint() as inside:
        for scheme in ("http", "https"):
            with pytest.raises((AddressRefused, NotSent)):
                GuardedHttp().post(f"{scheme}://{host}:{inside.port}/", b"{}", {})

        assert inside.received == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "https://", "https:///x", "nonsense", "",
        "https://ana:secret@example.org/", "https://@example.org/", "https://example.org\\@127.0.0.1/",
        "https://example.org/a b", "https://example.org/\r\nX: y", "https://exämple.org/", "https://example.org:99999/",
        "https://" + "a" * 2_000,
    ],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        read_target(url)


@pytest.mark.parametrize("url", ["http://example.org/", "https://example.org:22/", "https://example.org:6379/"])
def test_only_https_on_its_own_ports_leaves_for_the_internet(url: str) -> None:
    with pytest.raises(AddressRefused):
        GuardedHttp(resolve=lambda host, port: ["93.184.216.34"]).look(url)


def test_a_name_with_one_address_inside_is_refused_whole() -> None:
    with pytest.raises(AddressRefused):
        GuardedHttp(resolve=lambda host, port: ["93.184.216.34", "10.0.0.5"]).look("https://example.org/")


def test_what_the_newsroom_allows_is_reached_by_network_and_by_name() -> None:
    with endpoint((200, {"X-Said": "yes"})) as inside:
        by_network = GuardedHttp(LOOPBACK).post(inside.url, b'{"a":1}', {"Content-Type": "application/json"})
        by_name = GuardedHttp(Allowed.read("hooks.example")), inside.url.replace("127.0.0.1", "hooks.example")
        guard = GuardedHttp(by_name[0].allowed, resolve=lambda host, port: ["127.0.0.1"])

        assert guard.post(by_name[1], b"{}", {}).status == 200

    assert (by_network.status, by_network.headers["x-said"]) == (200, "yes")
    assert inside.received[0][0]["content-type"] == "application/json"
    assert inside.received[1][0]["host"] == f"hooks.example:{inside.port}"


@pytest.mark.parametrize("written", ["ho st!", "10.0.0.0/99", "https://x.org", "10.0.0.1/8"])
def test_an_allow_list_that_cannot_be_read_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="no host name"):
        Allowed.read(f"good.example, {written.replace(' ', '%')}")


def test_a_name_is_resolved_once_so_rebinding_it_changes_nothing() -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]])
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    with endpoint() as inside:
        guard = GuardedHttp(Allowed.read("127.0.0.1"), resolve=rebinding)
        answer = guard.post(f"http://rebound.example:{inside.port}/", b"{}", {})

        assert (answer.status, asked) == (204, ["rebound.example"])
        with pytest.raises(AddressRefused):
            guard.post(f"http://rebound.example:{inside.port}/", b"{}", {})
    assert len(inside.received) == 1


def test_the_peer_of_the_connection_is_checked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.create_connection
    with endpoint() as inside:
        elsewhere = ("127.0.0.1", inside.port)
        monkeypatch.setattr(guarded_http.socket, "create_connection", lambda where, timeout: real(elsewhere, timeout))

        with pytest.raises(AddressRefused, match="elsewhere"):
            GuardedHttp(resolve=lambda host, port: ["93.184.216.34"]).post("https://example.org/", b"{}", {})
        assert inside.received == []


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with endpoint() as secret, endpoint((302, {"Location": secret.url})) as outside:
        assert GuardedHttp(LOOPBACK).post(outside.url, b"{}", {}).status == 302
        assert secret.received == []


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with endpoint() as proxy, endpoint() as outside:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")

        GuardedHttp(LOOPBACK).post(outside.url, b"{}", {})

        assert (len(outside.received), proxy.received) == (1, [])


def trickle(head: bytes) -> Callable[[socket.socket], None]:
    """Answers with a beginning, and then a byte at a time for as long as anybody listens."""

    def behave(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(head)
        for _ in range(200):
            connection.sendall(b"x")
            time.sleep(0.05)

    return behave


def test_an_answer_that_trickles_in_is_cut_off_in_time_and_its_status_counts() -> None:
    with misbehaving(trickle(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")) as port:
        began = time.monotonic()
        answer = GuardedHttp(LOOPBACK, deadline=1.5).post(f"http://127.0.0.1:{port}/", b"{}", {})

    assert answer.status == 200
    assert 0 < len(answer.body) < 100
    assert time.monotonic() - began < 3


def test_a_status_that_trickles_in_is_cut_off_and_the_outcome_is_unknown() -> None:
    with misbehaving(trickle(b"HTTP/1.1 ")) as port:
        began = time.monotonic()
        with pytest.raises(NoAnswer):
            GuardedHttp(LOOPBACK, deadline=1.5).post(f"http://127.0.0.1:{port}/", b"{}", {})

    assert time.monotonic() - began < 3


def test_of_a_body_without_end_only_the_beginning_is_read() -> None:
    sent = [0]

    def pour(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n")
        for _ in range(10_000):
            sent[0] += connection.send(b"x" * 65536)

    with misbehaving(pour) as port:
        answer = GuardedHttp(LOOPBACK).post(f"http://127.0.0.1:{port}/", b"{}", {})

    assert len(answer.body) == LARGEST_BODY
    assert sent[0] < 64 * 1024 * 1024


@pytest.mark.parametrize("said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 2"])
def test_a_connection_that_breaks_after_the_request_leaves_the_outcome_unknown(said: bytes) -> None:
    def drop(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(said)

    with misbehaving(drop) as port, pytest.raises(NoAnswer):
        GuardedHttp(LOOPBACK, deadline=2).post(f"http://127.0.0.1:{port}/", b"{}", {})


def test_where_nobody_listens_or_answers_to_the_name_nothing_was_sent() -> None:
    with misbehaving(lambda connection: None) as port:
        pass
    with pytest.raises(NotSent, match="refused"):
        GuardedHttp(LOOPBACK).post(f"http://127.0.0.1:{port}/", b"{}", {})

    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror

    with pytest.raises(NotSent, match="can't be found"):
        GuardedHttp(resolve=unknown).post("https://example.org/", b"{}", {})


def test_a_resolver_that_hangs_is_left_behind() -> None:
    released, returned = threading.Event(), list[bool]()

    def hanging(host: str, port: int) -> list[str]:
        returned.append(released.wait(20))
        return ["93.184.216.34"]

    with pytest.raises(NotSent):
        GuardedHttp(resolve=hanging, deadline=0.1).post("https://example.org/", b"{}", {})

    assert returned == []
    released.set()


def test_tls_is_checked_against_the_name_that_was_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = self_signed(tmp_path, "hooks.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with endpoint(tls=context) as secure:
        named = GuardedHttp(LOOPBACK, resolve=lambda host, port: ["127.0.0.1"])

        with pytest.raises(NotSent, match="certificate"):
            named.post(f"https://hooks.example:{secure.port}/", b"{}", {})

        monkeypatch.setattr(guarded_http, "_tls", lambda: ssl.create_default_context(cafile=str(certificate)))
        assert named.post(f"https://hooks.example:{secure.port}/", b"{}", {}).status == 204
        with pytest.raises(NotSent, match="certificate"):
            named.post(f"https://other.example:{secure.port}/", b"{}", {})


def self_signed(where: Path, host: str) -> Path:
    """A file with a key and a certificate that it signed itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    form = serialization.Encoding.PEM
    private = key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = where / "both.pem"
    path.write_bytes(private + certificate.public_bytes(form))
    return path
