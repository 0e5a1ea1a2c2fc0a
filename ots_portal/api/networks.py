"""Networks that a partner system may call from, in CIDR notation: IPv4 and IPv6."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

MOST_NETWORKS = 50
MAPPED_BITS = 96  # of ::ffff:0:0/96, in which IPv4 addresses stand as IPv6 ones

Address = IPv4Address | IPv6Address


def normalised(text: str) -> str:
    """
    Return the network as it is stored: "192.0.2.7" becomes "192.0.2.7/32", and so does "::ffff:192.0.2.7".

    :raises ValueError: where it is none, or has bits set beyond its prefix (192.0.2.7/24), which is a slip
    """
    network = ip_network(text.strip())
    if not isinstance(network, IPv6Network):
        return str(network)
    first = network.network_address
    if first.scope_id:
        message = (
            f"{text!r} does not appear to be a network: its zone is known to one computer alone"
        )
        raise ValueError(message)
    # Callers are compared as ``address_in`` reads them: kept as IPv6 nobody would ever be within.
    if first.ipv4_mapped is not None and network.prefixlen >= MAPPED_BITS:
        return str(IPv4Network((first.ipv4_mapped, network.prefixlen - MAPPED_BITS)))
    return str(network)


def address_in(text: str) -> Address | None:
    """
    Return the network address that the text names; of an IPv4 one inside IPv6, the IPv4 one.

    A zone ("fe80::1%eth0") is left away: no list names one, and no database stores it.
    """
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def is_within(text: str, networks: Iterable[str]) -> bool:
    """Return whether the address lies in one of the networks; one that cannot be read lies in none."""
    address = address_in(text)
    return address is not None and any(address in ip_network(network) for network in networks)
