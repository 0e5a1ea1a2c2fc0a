"""The broker of the embedded default: kombu's on a local folder, with files that appear whole."""

import fcntl
import json
import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.transport import filesystem


class Channel(filesystem.Channel):
    """
    Puts every file in place in one step.

    kombu opens a file under its final name and writes afterwards. A worker that looks in between takes
    an empty message, cannot read it and ends, and the message is lost; the same holds for the table of
    queues while several programs start.
    """

    def _put(  # type: ignore[override] # as kombu's own does
        self, queue: str, payload: dict[str, Any], **_kwargs: Any
    ) -> None:
        # Named as kombu does, so that names sort by time.
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        _put_in_place(Path(self.data_folder_out) / name, payload)

    def _queue_bind(
        self, exchange: str, routing_key: str | None, pattern: str | None, queue: str | None
    ) -> None:
        file: Path = self._exchange_file(exchange)  # type: ignore[attr-defined] # the stubs lack it
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with (self.control_folder / "bind.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            table = self.get_table(exchange)
            if bound not in table:
                _put_in_place(file, [bound, *table])


def _put_in_place(file: Path, content: Any) -> None:
    part = file.with_name(f"{file.name}.part")  # what ends so belongs to no queue
    part.write_text(json.dumps(content), encoding="utf-8")
    part.replace(file)


class Transport(filesystem.Transport):
    Channel = Channel
