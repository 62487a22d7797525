"""Hosts and ports: taking one to listen on, and where it is reached."""

import socket

from core.errors import OperatorError

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}
"""What listens everywhere is reached on loopback."""


def bind(host: str, port: int) -> socket.socket:
    """A socket of one's own on that address; port 0 takes a free one. OperatorError when it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        taken = socket.socket(family, kind, protocol)
    except OSError as error:
        raise OperatorError(f"BATON_HOST={host} is no address of this machine: {error.strerror}") from None
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
    except OSError as error:
        taken.close()
        raise OperatorError(
            f"Port {port} on {host} cannot be had ({error.strerror}). Stop what uses it, or type another: "
            f"BATON_PORT={port + 1 if port < 65535 else 8000} make run"
        ) from None
    return taken


def url_of(listening: socket.socket) -> str:
    """Where a browser on this machine finds it."""
    host, port = listening.getsockname()[:2]
    return base_url(host, port)


def base_url(host: str, port: int) -> str:
    """The address without a slash at its end."""
    reached = ANYWHERE.get(host, host)
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"
