"""Which addresses may be asked; names lead where the test says, nothing leaves this computer."""

import threading
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ots_portal.egress import NoAnswer, NotAllowed, addresses
from ots_portal.egress.addresses import addresses_of, is_public, may_connect_to, target_of

REFUSED = [
    # this network, private, shared, loopback, link-local
    "0.0.0.0", "0.1.2.3",  # noqa: S104 -- refused, not listened on
    "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255",
    "127.0.0.1", "127.255.255.254", "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.168.0.1", "192.168.255.255",
    # assignments of protocols, documentation, relays, benchmarks
    "192.0.0.1", "192.0.0.170", "192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.255",
    "198.51.100.7", "203.0.113.7",
    # multicast, reserved, broadcast
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    # unspecified, loopback, IPv4 in IPv6 in every spelling
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::a9fe:a9fe", "2002:7f00:1::", "2002:a9fe:a9fe::1",
    "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1",
    # discard, documentation, segment routing, unique local, link-local, site-local, multicast
    "100::1", "2001:db8::1", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1",
    "ff0e::1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "126.1.1.1", "128.0.0.1",
    "169.253.1.1", "172.15.255.255", "172.32.0.1", "192.0.1.1", "192.31.196.1", "192.167.1.1", "198.17.1.1",
    "198.20.0.1", "203.0.112.1", "223.255.255.254", "2001:200::1", "2003::1", "2606:4700::1111", "2a00:1450::1",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_of_the_internet_at_large_is_refused(text):
    assert not may_connect_to(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_what_is_of_the_internet_at_large_is_allowed(text):
    assert is_public(ip_address(text))


def test_a_network_that_the_setting_names_is_allowed_and_only_that(settings):
    settings.PORTAL_EGRESS_ALLOWED_PRIVATE = [
        ip_network("10.20.30.0/24"),
        ip_network("fd00:1::/64"),
    ]

    answers = [may_connect_to(ip_address(text)) for text in
               ("10.20.30.5", "fd00:1::5", "10.20.31.5", "::ffff:10.20.30.5", "fd00:2::5")]  # fmt: skip

    assert answers == [True, True, False, False, False]


# ── taking an address apart ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "scheme"),
        ("feeds.example.org/cap", "scheme"),
        ("ftp://feeds.example.org/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("gopher://feeds.example.org/", "scheme"),
        ("https://user:secret@feeds.example.org/", "password"),
        ("https://feeds.example.org@127.0.0.1/", "password"),
        ("https://feeds.example.org/#part", "fragment"),
        ("https://feeds.example.org:22/", "port"),
        ("https://feeds.example.org:8443/", "port"),
        ("https://feeds.example.org:0/", "port"),
        ("https://feeds.example.org:99999/", "unreadable"),
        ("https://feeds.example.org:x/", "unreadable"),
        ("https:///feed", "unreadable"),
        ("https://./feed", "unreadable"),
        ("https://a..b/", "unreadable"),
        ("https://[fe80::1%25eth0]/", "unreadable"),
        ("https://[::1/", "unreadable"),
        ("https://[example.org]/", "unreadable"),
        ("https://¯.example.org/", "unreadable"),
        ("https://feeds.example.org\\@127.0.0.1/", "unreadable"),
        ("https://feeds.example.org/a b", "unreadable"),
        ("https://feeds.example.org/\r\nHost: other", "unreadable"),
        ("https://feeds.example.org/\0", "unreadable"),
        ("https://feeds.example.org/ä", "unreadable"),
        (f"https://{'a' * 64}.example.org/", "unreadable"),
        ("https://feeds.example.org/" + "a" * 2048, "too_long"),
    ],
)  # fmt: skip
def test_an_address_that_is_no_plain_one_is_refused(url, code):
    with pytest.raises(NotAllowed) as refusal:
        target_of(url)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("url", "host", "port", "path", "authority"),
    [
        ("https://feeds.example.org", "feeds.example.org", 443, "/", "feeds.example.org"),
        ("HTTP://Feeds.Example.ORG./a?b=c", "feeds.example.org", 80, "/a?b=c", "feeds.example.org"),
        ("https://afet.örnek.tr/", "afet.xn--rnek-4qa.tr", 443, "/", "afet.xn--rnek-4qa.tr"),
        ("http://[2606:4700::1111]/", "2606:4700::1111", 80, "/", "[2606:4700::1111]"),
        ("http://feeds.example.org:443/", "feeds.example.org", 443, "/", "feeds.example.org:443"),
    ],
)
def test_a_plain_address_is_taken_apart(url, host, port, path, authority):
    target = target_of(url)

    assert (target.host, target.port, target.path, target.authority) == (
        host,
        port,
        path,
        authority,
    )


def test_the_portal_does_not_ask_itself(settings):
    settings.PORTAL_ADDRESS = "https://portal.example.org"

    with pytest.raises(NotAllowed) as refusal:
        target_of("https://PORTAL.example.org./incidents/")

    assert refusal.value.code == "own"


def test_further_ports_are_a_setting(settings):
    settings.PORTAL_EGRESS_PORTS = [8443]

    assert target_of("https://feeds.example.org:8443/").port == 8443
    with pytest.raises(NotAllowed, match="allowed are: 8443"):
        target_of("https://feeds.example.org/")


SHARDS = ["http", "https", "://", "//", ":", "@", "#", "?", "/", "\\", "[", "]", "%25", "%", ".", "..", "::1",
          "127.0.0.1", "feeds.example.org", "ⓔ", "İ", "\u202e", "\xad", "\0", "\r\n", "\t", " ", "80", "99999"]  # fmt: skip
HOSTILE = st.lists(st.one_of(st.sampled_from(SHARDS), st.text(max_size=3)), max_size=12).map(
    "".join
)


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(rest=HOSTILE, begins=st.sampled_from(["", "http://", "https://"]))
def test_whatever_is_entered_is_refused_or_a_plain_address(rest, begins):
    try:
        target = target_of(f"{begins}{rest}")
    except NotAllowed:
        return

    told = f"{target.host} {target.path}"
    assert told.isascii()
    assert told.isprintable()
    assert target.path.startswith("/")
    assert (target.host != "", "@" in target.authority, target.port in (80, 443)) == (
        True,
        False,
        True,
    )
    assert " " not in target.authority + target.path


# ── names ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def names(monkeypatch):
    """What each name leads to; the system is not asked."""
    known: dict[str, list[str]] = {}

    def resolve(host, port):
        if host not in known:
            raise OSError(-2, "Name or service not known")
        return known[host]

    monkeypatch.setattr(addresses, "resolve", resolve)
    return known


def resolved(url: str) -> list[str]:
    return [str(one) for one in addresses_of(target_of(url), seconds=2)]


def test_a_name_leads_to_each_of_its_addresses_once(names):
    names["feeds.example.org"] = ["9.9.9.9", "2606:4700::1111", "9.9.9.9"]

    assert resolved("https://feeds.example.org/") == ["9.9.9.9", "2606:4700::1111"]


@pytest.mark.parametrize("hidden", ["127.0.0.1", "169.254.169.254", "::1", "64:ff9b::7f00:1"])
def test_one_address_that_is_not_public_refuses_the_name(names, hidden):
    names["feeds.example.org"] = ["9.9.9.9", hidden]

    with pytest.raises(NotAllowed) as refusal:
        resolved("https://feeds.example.org/")

    assert str(refusal.value) == (
        f"feeds.example.org leads to {hidden}, which is not a public address of the internet."
    )


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "⑯⑨.254.⑯⑨.254", "127.0.0.1.",
     "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::a9fe:a9fe]", "localhost"],
)  # fmt: skip
def test_no_spelling_of_an_own_address_gets_through(host):
    """Here the system's own resolver is asked: it reads each of these without any network."""
    with pytest.raises(NotAllowed) as refusal:
        resolved(f"http://{host}/")

    assert refusal.value.code == "private"


def test_a_name_that_nobody_knows(names):
    with pytest.raises(NoAnswer) as failure:
        resolved("https://nowhere.example.org/")

    assert (str(failure.value), failure.value.is_temporary) == (
        "No computer called nowhere.example.org is known.",
        True,
    )


def test_a_resolver_that_hangs_is_not_waited_for(monkeypatch):
    hold = threading.Event()
    monkeypatch.setattr(addresses, "resolve", lambda host, port: hold.wait(5) and [])

    with pytest.raises(NoAnswer):
        addresses_of(target_of("https://feeds.example.org/"), seconds=0.1)

    hold.set()
