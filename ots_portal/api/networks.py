"""Networks that a partner system may call from, in CIDR notation: IPv4 and IPv6."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

MOST_NETWORKS = 50

Address = IPv4Address | IPv6Address


def normalised(text: str) -> str:
    """
    Return the network as it is stored: "192.0.2.7" becomes "192.0.2.7/32".

    :raises ValueError: where it is none, or has bits set beyond its prefix (192.0.2.7/24), which is a slip
    """
    return str(ip_network(text.strip()))


def address_in(text: str) -> Address | None:
    """Return the network address that the text names; of an IPv4 one inside IPv6, the IPv4 one."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def is_within(text: str, networks: Iterable[str]) -> bool:
    """Return whether the address lies in one of the networks; one that cannot be read lies in none."""
    address = address_in(text)
    return address is not None and any(address in ip_network(network) for network in networks)
