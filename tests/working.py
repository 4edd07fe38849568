"""A worker in the process of the test."""

from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer


class Hand(SimpleWorker):
    """Nobody sends it commands: RQ would wait up to a second for its ear to close, each time it has worked."""

    def subscribe(self) -> None:
        """It has no ear."""

    def unsubscribe(self) -> None:
        """Nor anything to close."""


def work(redis: Redis, queue: str) -> None:
    """Do what waits in this queue."""
    waiting = Queue(queue, connection=redis, serializer=JSONSerializer)
    Hand([waiting], connection=redis, serializer=JSONSerializer).work(burst=True, logging_level="CRITICAL")
