"""What a fault did, as a line of the table."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field

from checker import Verdict
from recorder import Recorder


@dataclass
class Outcome:
    """Figures of one fault."""

    row: str
    title: str
    rounds: int
    acknowledged: int = 0
    doubtful: int = 0
    verdict: Verdict = field(default_factory=Verdict)
    longest: float = 0.0
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    seconds: float = 0.0

    def say(self, text: str) -> None:
        """Tells how far it is."""
        print(f"  {self.row}: {text}", file=sys.stderr, flush=True)

    def readied(self, seconds: float, at_most: float) -> None:
        """Notes a time to ready."""
        self.longest = max(self.longest, seconds)
        self.expect(seconds <= at_most, f"ready after {seconds:.2f} s, more than {at_most:g}")

    def expect(self, holds: bool, otherwise: str) -> bool:
        """Notes a failure unless something holds."""
        if not holds:
            self.failures.append(otherwise)
            self.say(f"FAILED {otherwise}")
        return holds

    def judge(self, recorder: Recorder, verdict: Verdict) -> None:
        """Adds what went wrong; a write that was lost stops everything."""
        self.acknowledged = recorder.acknowledged()
        self.verdict += verdict
        self.expect(verdict.good, f"{verdict}")
        self.expect(not recorder.strange, f"{len(recorder.strange)} answers that should not be: {recorder.strange[:1]}")
        recorder.strange.clear()

    def line(self) -> str:
        """As a line of the table."""
        state = "FAILED" if self.failures else "ok"
        verdict = self.verdict
        figures = f"{self.rounds:>7} {self.acknowledged:>7} {self.doubtful:>7} {verdict.lost:>5} {verdict.half_done:>5} {verdict.twice:>5}"
        return f"{self.row:<8} {self.title:<44} {figures} {self.longest:>8.2f} {self.seconds:>6.0f}  {state}"


HEAD = f"{'fault':<8} {'':<44} {'rounds':>7} {'writes':>7} {'doubt':>7} {'lost':>5} {'half':>5} {'twice':>5} {'longest':>8} {'s':>6}"
