from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ots_portal.clock import database_now
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications import pauses, queries
from ots_portal.notifications.pauses import Unknown


class Command(BaseCommand):
    help = "Say whether deliveries are paused; pause them; resume them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("status", help="say what waits")
        pause = verbs.add_parser("pause", help="let no message leave the portal")
        pause.add_argument("--why", default="", help="one line for the other administrators")
        resume = verbs.add_parser("resume", help="let messages go out again")
        unknown = resume.add_mutually_exclusive_group()
        unknown.add_argument(
            "--send-unknown",
            dest="unknown",
            action="store_const",
            const=Unknown.SEND,
            help="send what a lost portal may have sent already",
        )
        unknown.add_argument(
            "--withdraw-unknown",
            dest="unknown",
            action="store_const",
            const=Unknown.WITHDRAW,
            help="never send it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        verbs = {"status": self._status, "pause": self._pause, "resume": self._resume}
        try:
            verbs[options["verb"]](options)
        except WrongStatus as error:
            raise CommandError(str(error)) from error

    def _status(self, options: dict[str, Any]) -> None:
        pause = queries.standing_pause()
        self.stdout.write(
            f"Paused since {pause.started_at:%Y-%m-%d %H:%M} UTC ({pause.get_reason_display()})."
            if pause
            else "Deliveries go out."
        )
        self.stdout.write(
            f"{queries.waiting_count()} waiting, {queries.unknown_count()} of unknown state."
        )

    def _pause(self, options: dict[str, Any]) -> None:
        pauses.pause(by=None, at=database_now(), note=options["why"][:200])
        self.stdout.write("Deliveries are paused.")

    def _resume(self, options: dict[str, Any]) -> None:
        count = queries.unknown_count()
        if count and not options["unknown"]:
            raise CommandError(
                f"{count} messages may have been sent already: choose --send-unknown or"
                " --withdraw-unknown."
            )
        decided = pauses.resume(
            unknown=options["unknown"] or Unknown.SEND, by=None, at=database_now()
        )
        done = "withdrawn" if options["unknown"] is Unknown.WITHDRAW else "sent on"
        self.stdout.write(f"Deliveries go out again; {decided} of unknown state were {done}.")
