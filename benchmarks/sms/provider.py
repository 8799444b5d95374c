"""A provider that takes every message after a fixed time and remembers when: `python -m benchmarks.sms.provider PORT MS`.

It speaks as much of Twilio's API as sending and looking up need, and costs little, so that what is measured is the portal.
"""
import asyncio
import json
import sys
import time
from collections import defaultdict
from email.utils import formatdate
from urllib.parse import parse_qs, parse_qsl, urlsplit

accepted: dict[str, list[float]] = defaultdict(list)
by_recipient: dict[str, list[dict[str, str]]] = defaultdict(list)


class Speaker(asyncio.Protocol):
    def __init__(self, delay: float) -> None:
        self.delay, self.got = delay, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.got += data
        while (end := self.got.find(b"\r\n\r\n")) >= 0:
            head = self.got[:end].decode("latin-1")
            size = next((int(line[15:]) for line in head.lower().split("\r\n") if line.startswith("content-length:")), 0)
            if len(self.got) < end + 4 + size:
                return
            body, self.got = self.got[end + 4:end + 4 + size].decode(), self.got[end + 4 + size:]
            method, target, _ = head.split(" ", 2)
            if method == "POST":
                asyncio.get_running_loop().call_later(self.delay, self._take, body)
            else:
                self._answer(200, self._told(target))

    def _take(self, body: str) -> None:
        form = dict(parse_qsl(body))
        key = parse_qs(urlsplit(form["StatusCallback"]).query)["message"][0]
        accepted[key].append(time.time())
        sid = f"SM{len(accepted):016x}{len(accepted[key]):016x}"
        by_recipient[form["To"]].append({"sid": sid, "body": form["Body"], "status": "queued",
                                         "date_created": formatdate(usegmt=True)})
        self._answer(201, {"sid": sid, "status": "queued", "body": form["Body"]})

    def _told(self, target: str) -> object:
        if target.startswith("/accepted"):
            return accepted
        if target.startswith("/count"):
            return len(accepted)
        to = parse_qs(urlsplit(target).query)["To"][0]
        return {"messages": by_recipient[to][::-1][:50], "next_page_uri": None, "page": 0, "page_size": 50}

    def _answer(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        if not self.transport.is_closing():
            head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
            self.transport.write(head.encode() + data)  # type: ignore[attr-defined]


async def serve(port: int, delay: float) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Speaker(delay), "127.0.0.1", port, backlog=512)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]) / 1000))
