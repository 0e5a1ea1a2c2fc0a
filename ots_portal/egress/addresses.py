"""Where the portal may connect to: globally routable unicast addresses, and networks that a setting names."""

import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from queue import Empty, SimpleQueue
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from ots_portal.egress.failures import NoAnswer, NotAllowed

Address = IPv4Address | IPv6Address

LONGEST_URL = 2048
PORTS = {"http": 80, "https": 443}
NAME = re.compile(
    r"[a-z0-9_-]+(\.[a-z0-9_-]+)*"
)  # RFC 952 and 1123, and the underscore of real life

# Not Python's is_private and is_global: those of 3.11 let through shared space, NAT64, 6to4 and more.
# IANA IPv4 Special-Purpose Address Registry, without the three blocks that are globally reachable
# (192.31.196.0/24, 192.52.193.0/24, 192.175.48.0/24); and RFC 5771 (multicast).
IPV4_REFUSED = [
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared address space (carrier-grade NAT); metadata services live there, too
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local; metadata services of clouds
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments; a metadata service at .192
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
]
# RFC 4291, 2.4: everything else (loopback, mapped IPv4, NAT64, unique local, link- and site-local,
# multicast) lies outside of this block.
IPV6_UNICAST = ip_network("2000::/3")
# IANA IPv6 Special-Purpose Address Registry: what inside of it is not the internet at large.
IPV6_REFUSED = [
    ip_network(text)
    for text in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: 2002:7f00:1:: is 127.0.0.1
        "3fff::/20",  # documentation
    )
]


@dataclass(frozen=True)
class Target:
    """What is to be asked: ``host`` in ASCII as it stands in Host and SNI, ``path`` with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_secure(self) -> bool:
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """The value of the Host field (RFC 9110, 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def is_public(address: Address) -> bool:
    """Return whether it is an address of the internet at large."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in IPV4_REFUSED)
    return address in IPV6_UNICAST and not any(address in network for network in IPV6_REFUSED)


def may_connect_to(address: Address) -> bool:
    """Return whether it is public, or in one of the networks that OTS_EGRESS_ALLOWED_PRIVATE names."""
    named = settings.PORTAL_EGRESS_ALLOWED_PRIVATE
    return is_public(address) or any(address in network for network in named)


def target_of(url: str) -> Target:
    """
    Take an address apart.

    :raises NotAllowed: where it is not a plain http or https address on a port that may be asked
    """
    if len(url) > LONGEST_URL:
        raise NotAllowed("too_long", limit=LONGEST_URL)
    parts = _split(url)
    if parts.scheme not in PORTS:
        raise NotAllowed("scheme")
    if "@" in parts.netloc:
        raise NotAllowed("password")
    if "#" in url:
        raise NotAllowed("fragment")
    query = f"?{parts.query}" if parts.query else ""
    target = Target(parts.scheme, _host_of(parts), _port_of(parts), f"{parts.path or '/'}{query}")
    _refuse_own(target)
    return target


def _split(url: str) -> SplitResult:
    # Python drops tabs and line ends from an address, and browsers read a backslash as a slash.
    if "\\" in url or any(not ("!" <= letter <= "~" or letter > "\xa0") for letter in url):
        raise NotAllowed("unreadable")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise NotAllowed("unreadable") from error
    if not (parts.path + parts.query).isascii():
        raise NotAllowed("unreadable")
    return parts


def _host_of(parts: SplitResult) -> str:
    """Return the host in ASCII letters, an IPv6 address without its brackets."""
    host = (parts.hostname or "").rstrip(".")
    try:
        # A zone ("fe80::1%eth0") would name an interface of this computer.
        if "[" in parts.netloc and "%" not in host:
            return str(IPv6Address(host))
        named = host.encode("idna").decode("ascii").lower()
    except ValueError as error:  # UnicodeError included: a label that is empty or too long
        raise NotAllowed("unreadable") from error
    if not NAME.fullmatch(named):  # what looks like one letter may be a space and another
        raise NotAllowed("unreadable")
    return named


def _port_of(parts: SplitResult) -> int:
    try:
        port = PORTS[parts.scheme] if parts.port is None else parts.port
    except ValueError as error:
        raise NotAllowed("unreadable") from error
    allowed = settings.PORTAL_EGRESS_PORTS
    if port not in allowed:
        raise NotAllowed("port", port=port, allowed=", ".join(map(str, allowed)))
    return port


def _refuse_own(target: Target) -> None:
    """A worker that waited for the portal itself could wait for ever."""
    own = urlsplit(settings.PORTAL_ADDRESS)
    if (target.host, target.port) == (own.hostname, own.port or PORTS.get(own.scheme)):
        raise NotAllowed("own")


def resolve(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a name; the edge of the house that tests replace."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(place[4][0]) for place in found]


def addresses_of(target: Target, *, seconds: float) -> list[Address]:
    """
    Resolve the name once and check every address: one that is not allowed refuses them all.

    :raises NotAllowed: where an address is not public
    :raises NoAnswer: where there is none, or not within so many seconds
    """
    texts = _in_time(lambda: resolve(target.host, target.port), target, seconds)
    found = list(dict.fromkeys(map(ip_address, texts)))
    if not found:
        raise NoAnswer("unknown_host", host=target.host)
    for address in found:
        if not may_connect_to(address):
            raise NotAllowed("private", host=target.host, address=str(address))
    return found


def refuse_in_clear(target: Target, addresses: list[Address]) -> None:
    """:raises NotAllowed: where what is sent would cross the internet for everybody to read"""
    if not target.is_secure and any(map(is_public, addresses)):
        raise NotAllowed("in_clear", host=target.host)


def check(url: str, *, seconds: float) -> None:
    """
    Say whether something may be sent to the address: what ``post`` would say before it connects.

    :raises FetchFailed: with the sentence for whoever enters it
    """
    target = target_of(url)
    refuse_in_clear(target, addresses_of(target, seconds=seconds))


def _in_time(ask: Callable[[], list[str]], target: Target, seconds: float) -> list[str]:
    """Wait for a resolver that itself knows no limit; a thread that still waits ends with it, or with us."""
    answers: SimpleQueue[list[str] | OSError] = SimpleQueue()

    def work() -> None:
        try:
            answers.put(ask())
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError())

    threading.Thread(target=work, name="resolver", daemon=True).start()
    try:
        answer = answers.get(timeout=max(seconds, 0))
    except Empty as error:
        raise NoAnswer("unknown_host", host=target.host) from error
    if isinstance(answer, OSError):
        raise NoAnswer("unknown_host", host=target.host) from answer
    return answer
