"""A proxy for TCP that hands everything on after a while: python delay.py FROM TO SECONDS.

Each direction takes SECONDS, so that a question and its answer take twice as long.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from asyncio import Queue, StreamReader, StreamWriter


async def take(reader: StreamReader, line: Queue[tuple[float, bytes]], delay: float) -> None:
    """Everything that comes, with the time at which it is due."""
    clock = asyncio.get_running_loop().time
    data = b"."
    while data:
        with contextlib.suppress(ConnectionError):
            data = await reader.read(1 << 18)
        await line.put((clock() + delay, data))


async def give(line: Queue[tuple[float, bytes]], writer: StreamWriter) -> None:
    """Everything when it is due."""
    clock = asyncio.get_running_loop().time
    while True:
        due, data = await line.get()
        if (left := due - clock()) > 0:
            await asyncio.sleep(left)
        if not data:
            break
        with contextlib.suppress(ConnectionError):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(ConnectionError, OSError):
        writer.close()


async def serve(port: int, target: int, delay: float) -> None:
    async def meet(reader: StreamReader, writer: StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", target)
        out: Queue[tuple[float, bytes]] = Queue(1000)
        home: Queue[tuple[float, bytes]] = Queue(1000)
        await asyncio.gather(
            take(reader, out, delay), give(out, back), take(there, home, delay), give(home, writer)
        )

    server = await asyncio.start_server(meet, "127.0.0.1", port, backlog=256)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
