"""A command as a child of `publisher run`: it ends when the service is gone.

The service holds the other end of the pipe that is our standard input, and never writes to it.
When it is closed, the service has ended, even by SIGKILL or for want of memory.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

from publisher.cli import main

_GRACE = 10.0
"""Seconds to end in order; then we are killed with all that we have started."""


def _end_with_the_service() -> None:
    try:
        while os.read(0, 1):
            pass
    except OSError:
        pass
    main_thread = threading.main_thread().ident
    if main_thread is not None:
        # To that thread, so that it does not go on waiting for something.
        signal.pthread_kill(main_thread, signal.SIGTERM)
    time.sleep(_GRACE)
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=_end_with_the_service, name="service", daemon=True).start()
    main(sys.argv[1:])
