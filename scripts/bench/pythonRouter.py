"""The design of the Codex Python SDK's message router, for comparison: one reader thread parses each line and puts
it on the queue of the turn it names, found under a lock; a thread per turn takes from its queue. The SDK's pydantic
validation is left out, so the real SDK costs more than this.

Reads a feed from standard input, prints one JSON line of measurements. Options: JSON in BENCH_OPTIONS.
"""

import json
import os
import queue
import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    method: str
    payload: dict
    turn_id: str | None


class Router:
    def __init__(self):
        self.lock = threading.Lock()
        self.queues = {}
        self.unclaimed = {}

    def register(self, turn_id):
        with self.lock:
            self.queues[turn_id] = queue.Queue()

    def route(self, event):
        with self.lock:
            target = self.queues.get(event.turn_id)
            if target is None:
                self.unclaimed.setdefault(event.turn_id, []).append(event)
                return
        target.put(event)

    def next(self, turn_id):
        with self.lock:
            source = self.queues[turn_id]
        return source.get()


def turn_id_of(payload):
    turn_id = payload.get("turnId")
    if isinstance(turn_id, str):
        return turn_id
    turn = payload.get("turn")
    nested = turn.get("id") if isinstance(turn, dict) else None
    return nested if isinstance(nested, str) else None


def consume(router, turn_id, counts, index):
    handled = chars = 0
    while True:
        event = router.next(turn_id)
        handled += 1
        if event.method == "turn/completed":
            break
        delta = event.payload.get("delta")
        if delta is not None:
            chars += len(delta)
    counts[index] = (handled, chars)


def peak_rss_mb():
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main():
    options = json.loads(os.environ["BENCH_OPTIONS"])
    watchdog = threading.Timer(options["deadlineMs"] / 1000, lambda: os._exit(1))
    watchdog.daemon = True
    watchdog.start()
    turn_ids = options["turnIds"]
    router = Router()
    counts = [(0, 0)] * len(turn_ids)
    consumers = []
    for index, turn_id in enumerate(turn_ids):
        router.register(turn_id)
        consumers.append(threading.Thread(target=consume, args=(router, turn_id, counts, index)))
    for consumer in consumers:
        consumer.start()
    started = []

    def read():
        for line in open(0, encoding="utf-8"):
            if not started:
                started.extend([time.perf_counter(), time.process_time()])
            message = json.loads(line)
            if "method" not in message or "id" in message:
                continue
            params = message.get("params")
            payload = params if isinstance(params, dict) else {}
            router.route(Event(message["method"], payload, turn_id_of(payload)))

    reader = threading.Thread(target=read)
    reader.start()
    for consumer in consumers:
        consumer.join()
    wall_ms = (time.perf_counter() - started[0]) * 1000
    cpu_ms = (time.process_time() - started[1]) * 1000
    result = {
        "messages": sum(handled for handled, _ in counts),
        "characters": sum(chars for _, chars in counts),
        "wallMs": wall_ms,
        "cpuMs": cpu_ms,
        "peakRssMb": peak_rss_mb(),
    }
    print(json.dumps(result), flush=True)
    os._exit(0)


main()
