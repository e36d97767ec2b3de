"""TLS in front of a PostgreSQL, as RDS Proxy speaks it: not every build of the server can do so itself."""

import ipaddress
import select
import socket
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from lego_api.dev.ports import HOST

SSL_REQUEST = (8).to_bytes(4) + (80877103).to_bytes(4)
CHUNK = 64 * 1024


class Authority:
    """Signs certificates. `file` is its own, which who trusts it has."""

    def __init__(self, directory: Path, name: str) -> None:
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        own = _builder(self._name, self._name, self._key)
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        own = own.add_extension(usage, critical=True)
        self._certificate = own.sign(self._key, hashes.SHA256())
        self.file = directory / f"{name}.pem"
        self.file.write_bytes(self._certificate.public_bytes(Encoding.PEM))

    def server_context(self, host: str = HOST) -> ssl.SSLContext:
        """Of a server with this address, or name."""
        key = ec.generate_private_key(ec.SECP256R1())
        try:
            name: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
        except ValueError:
            name = x509.DNSName(host)
        about = _builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]), self._name, key)
        about = about.add_extension(x509.SubjectAlternativeName([name]), critical=False)
        file = self._directory / f"{host}.pem"
        file.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + about.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM)
        )
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(file)
        return context


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    return builder.serial_number(x509.random_serial_number())


class TlsDoor:
    """`context` may be changed at any time; None: it says that it speaks no TLS. `passed`: connections that came in."""

    def __init__(self, url: str, context: ssl.SSLContext | None) -> None:
        self.context = context
        self.passed = 0
        self._target = urlsplit(url)
        self._listener = socket.create_server((HOST, 0))
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._ending = threading.Event()

    def url(self, user: str, database: str) -> str:
        netloc = f"{user}@{HOST}:{self._listener.getsockname()[1]}"
        return urlunsplit(("postgresql", netloc, f"/{database}", "", ""))

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ending.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            if connection.recv(len(SSL_REQUEST), socket.MSG_WAITALL) != SSL_REQUEST:
                return  # somebody who wants to speak in the clear
            connection.sendall(b"S" if self.context else b"N")
            if self.context is None:
                connection.recv(CHUNK)
                return
            with (
                self.context.wrap_socket(connection, server_side=True) as client,
                socket.create_connection((self._target.hostname, self._target.port)) as server,
            ):
                self.passed += 1
                while not self._ending.is_set() and self._pass_on(client, server):
                    pass

    def _pass_on(self, client: ssl.SSLSocket, server: socket.socket) -> bool:
        """What has come from either side; False when one has nothing more to say."""
        ready = [client] if client.pending() else select.select([client, server], [], [], 0.1)[0]
        for source, to in ((client, server), (server, client)):
            if source in ready:
                data = source.recv(CHUNK)
                if not data:
                    return False
                to.sendall(data)
        return True
