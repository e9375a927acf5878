#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Servers to measure TLS scanners with: `tls_servers.py FOLDER`: nginx as intermediate, modern and weak on free ports, each also
behind a relay that adds 50 ms of round trip (25 ms each way, from the first packet on), and a silent port. Prints one line
`name port relayed_port` each, then `ready`, and runs until its standard input ends. Needs nginx and openssl."""
import asyncio
import os
import pathlib
import socket
import subprocess
import sys

ONE_WAY = 0.025
INTERMEDIATE = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:"
    "DHE-RSA-CHACHA20-POLY1305"
)
KINDS = {
    "intermediate": f"ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers {INTERMEDIATE}; ssl_prefer_server_ciphers off; ssl_session_tickets off; ssl_ecdh_curve X25519:prime256v1:secp384r1;",
    "modern": "ssl_protocols TLSv1.3; ssl_prefer_server_ciphers off; ssl_ecdh_curve X25519:prime256v1:secp384r1;",
    "weak": "ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers ALL:COMPLEMENTOFALL:@SECLEVEL=0; ssl_prefer_server_ciphers on;",
}


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


async def later(reader, writer):
    """Passes bytes on, each ONE_WAY after it came; the end too."""
    loop = asyncio.get_running_loop()

    def end():
        if not writer.is_closing():
            writer.transport.abort()

    try:
        while data := await reader.read(65536):
            loop.call_later(ONE_WAY, lambda data=data: writer.is_closing() or writer.write(data))
    except OSError:
        pass
    loop.call_later(ONE_WAY, end)


async def relay(port):
    async def serve(reader, writer):
        # The handshake of TCP itself costs a round trip too: the first bytes wait for it.
        await asyncio.sleep(2 * ONE_WAY)
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.transport.abort()
            return
        await asyncio.gather(later(reader, to_server), later(from_server, writer), return_exceptions=True)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
    return server, server.sockets[0].getsockname()[1]


async def silent():
    async def serve(reader, writer):
        try:
            await reader.read()
        except OSError:
            pass
        writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=4096)
    return server, server.sockets[0].getsockname()[1]


async def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, kind in (("rsa", ["rsa:2048"]), ("ec", ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"])):
        subprocess.run(
            ["openssl", "req", "-x509", "-nodes", "-newkey", *kind, "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.pem",
             "-days", "7", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
            check=True, capture_output=True)
    dh = f"{folder}/dh.pem"
    subprocess.run(["openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048", "-out", dh], check=True, capture_output=True)
    ports = {name: free_port() for name in KINDS}
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    keys = {name: f"ssl_certificate {folder}/{name}.pem; ssl_certificate_key {folder}/{name}.key; " for name in ("rsa", "ec")}
    keys = {"intermediate": keys["rsa"] + keys["ec"], "modern": keys["ec"], "weak": keys["rsa"]}
    servers = "".join(
        f"server {{ listen 127.0.0.1:{ports[name]} ssl backlog=4096; {keys[name]} ssl_dhparam {dh}; {how} return 200 'x'; }}" for name, how in KINDS.items())
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; events {{ worker_connections 4096; }} "
        f"http {{ access_log off; {temporary} {servers} }}")
    nginx = subprocess.Popen(["/usr/sbin/nginx", "-p", str(folder), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"])
    kept = []
    try:
        for name, port in ports.items():
            for _ in range(100):
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    await asyncio.sleep(0.05)
            server, relayed = await relay(port)
            kept.append(server)
            print(name, port, relayed)
        server, port = await silent()
        kept.append(server)
        print("silent", port, port)
        print("ready", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    finally:
        nginx.terminate()
        nginx.wait()
    os._exit(0)


asyncio.run(main())
