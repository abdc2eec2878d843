"""Counts the words of every text on the bus. The protocol of NATS is lines of text."""

import json
import os
import re
import signal
import socket
import sys
import time
from collections import Counter
from urllib.parse import urlsplit

server = urlsplit(os.environ["NATS_URL"])


def serve() -> None:
    with socket.create_connection((server.hostname, server.port)) as connection:
        stream = connection.makefile("rb")
        connection.sendall(b'CONNECT {"verbose":false}\r\nSUB texts counters 1\r\nPING\r\n')
        for line in stream:
            if line == b"PING\r\n":
                connection.sendall(b"PONG\r\n")
            elif line == b"PONG\r\n":
                print("waiting for texts")
            elif line.startswith(b"-ERR"):
                raise OSError(line.decode().strip())
            elif line.startswith(b"MSG"):
                size = int(line.split()[-1])
                text = stream.read(size + 2)[:size].decode()
                counts = Counter(re.findall(r"\w+", text.lower()))
                payload = json.dumps(counts).encode()
                connection.sendall(b"PUB counts %d\r\n%s\r\n" % (len(payload), payload))
                print(f"counted {counts.total()} words")
    raise OSError("the server ended the connection")


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
while True:
    try:
        serve()
    except OSError as error:
        print(f"nats: {error}", file=sys.stderr)
        time.sleep(1)
