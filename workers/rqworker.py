"""An RQ worker on one queue: `python -m workers.rqworker mail` or `pdf`. Several queues would lose jobs (BLPOP)."""

import gc
import logging
import sys
from typing import Any

from redis import Redis
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from saas.config import Config
from saas.jobs import QUEUES
from saas.pdf.render import warm
from workers import doors
from workers.beat import beat


class BeatingWorker(Worker):
    """Beats for /readyz whenever RQ beats: while idle, and while it watches a job."""

    dsn = ""

    def heartbeat(self, *args: Any, **kwargs: Any) -> Any:
        """RQ's heartbeat, and ours."""
        beat(self.dsn, f"worker-{self.queues[0].name}")
        return super().heartbeat(*args, **kwargs)


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
    BeatingWorker.dsn = config.dsns["worker"]
    redis = Redis.from_url(config.redis_url)
    queue = Queue(name, connection=redis, serializer=JSONSerializer)
    worker = BeatingWorker(
        [queue], connection=redis, serializer=JSONSerializer, worker_ttl=45, job_monitoring_interval=20
    )
    worker.work(logging_level="WARNING")


if __name__ == "__main__":
    main()
