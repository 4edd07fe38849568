"""An RQ worker on one queue: `python -m workers.rqworker mail`, `pdf`, `board`. Several would lose jobs (BLPOP)."""

import gc
import logging
import sys
from time import monotonic
from typing import Any

from redis import Redis
from rq import Queue, SimpleWorker, Worker
from rq.serializers import JSONSerializer

from saas.config import Config
from saas.jobs import QUEUES
from saas.pdf.render import warm
from workers import doors
from workers.beat import EVERY, beat


class Beating:
    """Beats for /readyz whenever RQ beats: while idle, at every job, and while a job is watched."""

    dsn = ""
    queues: list[Queue]
    beaten = -EVERY

    def heartbeat(self, *args: Any, **kwargs: Any) -> Any:
        """RQ's heartbeat, and from time to time ours."""
        if monotonic() - self.beaten >= EVERY / 2:
            beat(self.dsn, f"worker-{self.queues[0].name}")
            self.beaten = monotonic()
        return super().heartbeat(*args, **kwargs)  # type: ignore[misc]


class ForkingWorker(Beating, Worker):
    """A process for each job: what a renderer or a mail server does to it ends with it."""


class QuickWorker(Beating, SimpleWorker):
    """One process for all: jobs of a few milliseconds, which talk to nobody but the database."""


def main() -> None:
    """Work until SIGTERM. Exits when Valkey is away: the supervisor starts it again."""
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if name not in QUEUES:
        sys.exit(f"usage: python -m workers.rqworker {'|'.join(QUEUES)}")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    config = Config.load()
    doors.application()
    if name == "pdf":
        warm(config.home)  # fonts and layout engine once, shared by every child
    gc.collect()
    gc.freeze()
    Beating.dsn = config.dsns["worker"]
    redis = Redis.from_url(config.redis_url)
    queue = Queue(name, connection=redis, serializer=JSONSerializer)
    worker = (QuickWorker if name == "board" else ForkingWorker)(
        [queue], connection=redis, serializer=JSONSerializer, worker_ttl=45, job_monitoring_interval=20
    )
    worker.work(logging_level="WARNING")


if __name__ == "__main__":
    main()
