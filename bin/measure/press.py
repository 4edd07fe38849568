"""A PDF worker without its queue: warmed like `workers.rqworker pdf`, it prints the sample report once for each line on
stdin, in a fork of its own as RQ does, and answers with a line of JSON."""

import gc
import json
import os
import resource
import sys
from pathlib import Path
from time import perf_counter

from saas.config import Config
from saas.pdf.render import render, warm
from saas.pdf.report import report_sheet
from tests.pdf.sample_book import sample_book, sample_photos
from workers import doors

PHONE = 4000  # pixels of the broad side of a photo: 12 megapixels


def main(folder: Path) -> None:
    """Serve until stdin ends. The photos are made once, and kept as the file store keeps them."""
    for name, data in sample_photos(PHONE).items():
        (folder / name).write_bytes(data)
    doors.application()
    warm(Config.load().home)
    gc.collect()
    gc.freeze()
    print("{}", flush=True)
    for _ in sys.stdin:
        horse = os.fork()
        if horse == 0:
            print(json.dumps(_print(folder)), flush=True)
            os._exit(0)
        os.waitpid(horse, 0)


def _print(folder: Path) -> dict[str, float]:
    begin = perf_counter()
    photos = {path.name: path.read_bytes for path in folder.iterdir()}
    document = render(report_sheet(sample_book(), photos))
    seconds = perf_counter() - begin
    (folder.parent / "report.pdf").write_bytes(document)
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = child.ru_utime + child.ru_stime
    return {"seconds": seconds, "cpu": cpu, "peak_mb": child.ru_maxrss * 1024 / 1e6, "kb": len(document) / 1000}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
