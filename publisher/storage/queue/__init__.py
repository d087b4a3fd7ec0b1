"""The queue: hands slices and publishing runs to workers; the only place that knows Procrastinate.

It knows who works on what, and nothing else: what is to be done stands in the ledger and in the
steps of issues, so the queue may be lost at any time, and is filled again.  Its tables lie in a
schema of their own, made when the queue is first used, and named by Procrastinate's version: a
newer program begins with an empty queue beside the one of an older that is still at work.
"""

from publisher.storage.queue.asking import Queue
from publisher.storage.queue.place import schema_name

__all__ = ["Queue", "schema_name"]
