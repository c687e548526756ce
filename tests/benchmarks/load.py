"""Many readers at once: 50 of them ask 20 questions each, over server-sent events and then through Gradio's queue.

    python tests/benchmarks/load.py [CORPUS]

Starts ``python app.py`` on a free port over the corpus (default: ``corpus/``), asks without pauses from this process on
the same machine, and prints the seconds to the first byte and to the complete answer.
"""

import asyncio
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent.parent
READERS = 50
QUESTIONS = 20
ASKED = (
    "What is lead generation?",
    "What is a lead magnet?",
    "What are the key lead generation activities?",
    "Why is lead generation important?",
    "How do I nurture leads?",
    "What is the difference between inbound and outbound lead generation?",
    "How does social media help?",
    "What is email marketing good for?",
    "How do landing pages work?",
    "What are the benefits of lead generation campaigns?",
    "What is SEO?",
    "Which tools help with lead generation?",
    "When was the post about campaigns published?",
    "Which posts are about digital marketing?",
    "How do I measure success?",
    "What is content marketing?",
    "Who is the target audience?",
    "How tall is the Eiffel Tower?",
    "What is the capital of Peru?",
    "Thank you!",
)


@dataclass
class Timing:
    first: float
    whole: float
    complete: bool


class Connection:
    """One reader's HTTP connection, kept open between questions."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname, parts.port

    async def send(self, method: str, path: str, headers: str, body: bytes = b"") -> None:
        if not hasattr(self, "writer"):
            self.reader, self.writer = await asyncio.open_connection(self.host, self.port, limit=2**22)
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        await self.writer.drain()

    async def response(self) -> tuple[int, bytes, float]:
        """Status, body, and when its first byte came."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        status = int(head.split()[1])
        length = re.search(rb"content-length: (\d+)", head)
        if length:
            body = await self.reader.readexactly(int(length[1]))
            return status, body, time.perf_counter()
        return status, *await self._chunks()

    async def _chunks(self) -> tuple[bytes, float]:
        body, first = b"", 0.0
        while size := int(await self.reader.readline(), 16):
            body += (await self.reader.readexactly(size + 2))[:-2]
            first = first or time.perf_counter()
        await self.reader.readline()
        return body, first


async def over_sse(connection: Connection, question: str) -> Timing:
    began = time.perf_counter()
    await connection.send(
        "POST",
        "/api/ask",
        "Content-Type: application/json\r\nAccept: text/event-stream\r\n",
        json.dumps({"question": question}).encode(),
    )
    status, body, first = await connection.response()
    data = [line[6:] for line in body.decode().splitlines() if line.startswith("data: ")]
    complete = status == 200 and bool(data) and json.loads(data[-1]).get("complete") is True
    return Timing(first - began, time.perf_counter() - began, complete)


async def over_gradio(connection: Connection, question: str) -> Timing:
    began = time.perf_counter()
    body = json.dumps({"data": [question, None]}).encode()
    await connection.send("POST", "/gradio_api/call/chat", "Content-Type: application/json\r\n", body)
    _, joined, _ = await connection.response()
    await connection.send("GET", f"/gradio_api/call/chat/{json.loads(joined)['event_id']}", "")
    status, events, first = await connection.response()
    complete = status == 200 and b"event: complete" in events
    return Timing(first - began, time.perf_counter() - began, complete)


async def reader(url: str, number: int, ask) -> list[Timing]:
    connection = Connection(url)
    order = random.Random(number).sample(ASKED, QUESTIONS)
    timings = [await ask(connection, question) for question in order]
    connection.writer.close()
    return timings


async def readers(url: str, ask) -> tuple[list[Timing], float]:
    began = time.perf_counter()
    each = await asyncio.gather(*(reader(url, number, ask) for number in range(READERS)))
    return [timing for timings in each for timing in timings], time.perf_counter() - began


def report(name: str, timings: list[Timing], seconds: float) -> None:
    print(
        f"{name}: {len(timings)} answers in {seconds:.1f} s, {sum(not each.complete for each in timings)} not complete"
    )
    for what, values in (("first byte", [t.first for t in timings]), ("complete", [t.whole for t in timings])):
        print(f"  {what:10}  p50 {median(values) * 1000:6.0f} ms  p95 {quantiles(values, n=20)[-1] * 1000:6.0f} ms")


def main(corpus: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = {"CHATBOT_CORPUS": corpus, "CHATBOT_VECTORSTORE": f"{folder}/vectorstore", "CHATBOT_PORT": "0"}
        program = [sys.executable, "-u", "app.py"]
        with subprocess.Popen(
            program, cwd=ROOT, env=os.environ | settings, stdout=subprocess.PIPE, text=True
        ) as server:
            try:
                url = next(found[0] for line in server.stdout if (found := re.search(r"http://\S+", line)))
                for _ in range(2):
                    report("server-sent events", *asyncio.run(readers(url, over_sse)))
                report("Gradio's queue", *asyncio.run(readers(url, over_gradio)))
            finally:
                server.send_signal(signal.SIGINT)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "corpus")
