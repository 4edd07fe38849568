"""rollup_drift: cells that differ from a fresh measurement after 200 kills of relay and board worker amid actions."""

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGKILL
from threading import Event, Thread
from time import monotonic, sleep

from bin.measure.cluster import Cluster, cluster
from bin.measure.company import Office, found
from bin.measure.working import Steward
from saas.board import cells, measuring
from saas.board.marks import ANYTHING
from saas.db import db
from saas.tenancy import enter
from workers.run import ROOT

PROJECTS, KILLS = 3, 200
SHORTEST, LONGEST = 0.2, 4.0  # seconds that a process lives
PATIENCE = 600  # seconds for what was cut off to be tried again
COMMANDS = {"relay": ["workers.relay"], "board": ["workers.rqworker", "board"]}
UNDONE = """
SELECT count(*) FROM platform.outbox o WHERE queue = 'board'
AND NOT EXISTS (SELECT 1 FROM platform.job_done d WHERE d.outbox_id = o.id AND d.tenant = o.tenant)"""


class Process:
    """A background process that is killed and comes again."""

    def __init__(self, name: str, office: Office, servers: Cluster) -> None:
        self.name, self.log = name, office.home / f"{name}.log"
        self.environment = os.environ | {
            "LINSHENG_HOME": str(office.home), "REDIS_URL": servers.redis_url, "PYTHONPATH": str(ROOT),
            "SMTP_URL": "smtp://127.0.0.1:9",
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run it."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", *COMMANDS[self.name]], env=self.environment, cwd=ROOT, stdout=log,
                stderr=log, start_new_session=True,
            )  # fmt: skip

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        if self.process:
            os.killpg(self.process.pid, SIGKILL)
            self.process.wait()


def measure(home: Path, say: Callable[[str], None]) -> float:
    """Cells of the head office that are not what the evidence says, once everything has been worked off."""
    chance = random.Random(home.name)  # noqa: S311 - only to be different each time
    with cluster(home) as servers:
        office = found(servers, "drift", PROJECTS)
        schemas = [office.project(f"p{n:02d}") for n in range(PROJECTS)]
        stewards = [Steward(office.app, schema) for schema in schemas]
        processes = {name: Process(name, office, servers) for name in COMMANDS}
        for process in processes.values():
            process.start()
        try:
            with people(stewards, chance) as done:
                for _ in range(KILLS):
                    sleep(chance.uniform(SHORTEST, LONGEST))
                    victim = processes[chance.choice(list(COMMANDS))]
                    victim.kill()
                    victim.start()
            say(f"{len(done)} actions, {KILLS} kills")
            _work_off(servers, office, say)
            return sum(_differing(office, schema, say) for schema in schemas)
        finally:
            for process in processes.values():
                process.kill()


@contextmanager
def people(stewards: list[Steward], chance: random.Random) -> Iterator[list[str]]:
    """They go on working whatever happens behind them."""
    stop, done = Event(), list[str]()

    def work() -> None:
        while not stop.wait(chance.uniform(0.02, 0.3)):
            steward = chance.choice(stewards)
            key = steward.register()
            done.append("registered")
            if chance.random() < 0.6:
                steward.respond(key)
                done.append("responded")

    thread = Thread(target=work)
    thread.start()
    try:
        yield done
    finally:
        stop.set()
        thread.join()


def _work_off(servers: Cluster, office: Office, say: Callable[[str], None]) -> None:
    begin = monotonic()
    with servers.admin(office.database) as admin:
        while monotonic() - begin < PATIENCE:
            row = admin.execute(UNDONE).fetchone()
            if row == (0,):
                say(f"worked off {monotonic() - begin:.0f} s after the last kill")
                return
            sleep(0.5)
    raise RuntimeError(f"{row} jobs were not worked off")


def _differing(office: Office, schema: str, say: Callable[[str], None]) -> int:
    """What the head office believes of a project, against a fresh measurement there."""
    with office.app.app_context():
        enter(db.session(), schema)
        place = measuring.hold()
        seen = measuring.look(office.app.extensions["evidence"], place, {ANYTHING: place.first})
        fresh = {sight.cell.key: sight.cell for sight in seen}
    with office.app.app_context():
        enter(db.session(), office.schema())
        believed = cells.stored(db.session(), schema, place.first)
    wrong = [key for key in fresh.keys() | believed.keys() if fresh.get(key) != believed.get(key)]
    say(f"{schema}: {len(fresh)} cells, {len(wrong)} differ {wrong[:3]}")
    return len(wrong)
