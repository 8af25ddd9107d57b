"""Answers that are kept and given once more, without any work: what a client costs that only reads them."""

from __future__ import annotations

from dataclasses import dataclass, field

from .wire import Answer, Request


@dataclass
class Recording:
    """Recording keeps requests and their answers while it runs."""

    running: bool = False
    requests: list[Request] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    def start(self) -> None:
        self.running = True
        self.requests.clear()
        self.answers.clear()

    def stop(self) -> list[dict]:
        """stop ends it and tells what was asked, in the order of the answers' numbers."""
        self.running = False
        return [
            {
                "headers": dict(request.headers),
                "body": request.body.decode(),
                "connection": request.connection,
            }
            for request in self.requests
        ]

    def keep(self, request: Request, answer: Answer) -> None:
        if self.running:
            self.requests.append(request)
            self.answers.append(answer)

    def again(self, number: int) -> Answer:
        """again is the answer of that number; LookupError where there is none."""
        if number < 0:
            raise LookupError(number)
        kept = self.answers[number]
        return Answer(kept.status, kept.body, kept.headers, delay_s=kept.delay_s, counted=False)
