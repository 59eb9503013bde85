"""Which addresses a webhook may reach: the open internet, and what the newsroom has allowed by name or network."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

Address = IPv4Address | IPv6Address

OPEN_PORTS = frozenset({443, 8443})
"""The ports that may be reached on hosts nobody has allowed by hand."""

_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,252}[a-z0-9_])?\.?")
_SOMEBODY = re.compile(r"[a-zA-Z]+://[^/?#]*@")
_GLOBAL_UNICAST = IPv6Network("2000::/3")
# Forms of IPv6 that lead to an IPv4 address, which `is_global` does not look into, and what RFC 6890 keeps apart.
_NOT_OUTSIDE = (
    IPv6Network("2002::/16"), IPv6Network("2001::/23"), IPv6Network("2001:db8::/32"), IPv6Network("3fff::/20"),
    IPv4Network("192.88.99.0/24"), IPv4Network("192.0.0.0/24"),
)  # fmt: skip


class AddressRefused(Exception):
    """An address nothing is sent to; the line says why, and nothing of what the address leads to."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL points, taken apart once; whoever connects uses these parts and no other reading of the URL."""

    scheme: str
    host: str
    """Lower case, without brackets: a name in its ASCII form, or an address."""
    port: int
    path: str
    """Path and query, as they are sent."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a newsroom has opened beside the internet: host names, and networks."""

    names: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def read(cls, written: str) -> "Allowed":
        """From host names, addresses and networks with commas or spaces between. Raises ValueError with the bad one."""
        names, networks = set[str](), list[IPv4Network | IPv6Network]()
        for each in re.split(r"[\s,]+", written.strip().lower()):
            try:
                networks.append(ip_network(each))
            except ValueError:
                if each and not _NAME.fullmatch(each):
                    raise ValueError(f"“{each}” is no host name, address or network") from None
                names |= {each} - {""}
        return cls(frozenset(names), tuple(networks))

    def host(self, target: Target) -> bool:
        """Whether the host was allowed by its name."""
        return target.host in self.names

    def address(self, address: Address) -> bool:
        """Whether an address lies in a network that was allowed."""
        return any(address in network for network in self.networks)


NOTHING_MORE = Allowed()
"""The open internet only."""


def read_target(url: str) -> Target:
    """Take a URL apart. Raises AddressRefused for what is no plain http or https URL."""
    if not (url.isprintable() and url.isascii()) or " " in url or "\\" in url or len(url) > 2_000:
        raise AddressRefused("Write the address as a plain URL, such as https://hooks.example.org/services/1.")
    try:
        parts = parse_url(url)
    except LocationParseError as error:
        raise AddressRefused("This is no URL.") from error
    if parts.scheme not in {"http", "https"} or not parts.host:
        raise AddressRefused("The address must begin with https://.")
    if parts.auth is not None or _SOMEBODY.match(url):
        raise AddressRefused("The address must not hold a name or a password.")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return Target(parts.scheme, parts.host.strip("[]").lower(), port, parts.request_uri)


def check(target: Target, found: Iterable[Address], allowed: Allowed) -> None:
    """Raises AddressRefused unless the target, at every address its name was found to have, may be reached."""
    if allowed.host(target):
        return
    addresses = list(found)
    if addresses and all(allowed.address(address) for address in addresses):
        return
    if any(not is_outside(address) and not allowed.address(address) for address in addresses):
        raise AddressRefused("The address leads into the newsroom’s own network; an admin can allow it by name.")
    if target.scheme != "https":
        raise AddressRefused("The address must begin with https://.")
    if target.port not in OPEN_PORTS:
        raise AddressRefused(f"Port {target.port} is not open to alerts; use 443 or 8443, or ask an admin to allow it.")


def is_outside(address: Address) -> bool:
    """Whether an address belongs to the open internet, whatever form it is written in."""
    if isinstance(address, IPv6Address) and (address.scope_id or address not in _GLOBAL_UNICAST):
        return False  # loopback, unspecified, link-local, private, multicast, IPv4-mapped, NAT64 …
    if any(address in network for network in _NOT_OUTSIDE if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def plain(written: str) -> Address:
    """An address as a resolver or a socket gives it."""
    return ip_address(written)
