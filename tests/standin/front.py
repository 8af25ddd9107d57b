"""The front of AWS: what happens to every request, in AWS's order, before its operation runs.

Who signed it, for which region, is the signature right, the clock, the key still valid; is the
input what the model allows; may this identity do that; is the quota left. Then the operation, and
then the fault that was scripted for it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from . import answers, policy, routing, signature
from .calls import Call, Operation, Record
from .errors import (
    AwsError,
    access_denied,
    bad_signature,
    expired_token,
    invalid,
    throttled,
    unknown_key,
)
from .faults import Fault, Struck
from .metadata import Sources, operation_of
from .model import SIGNING_NAMES
from .paging import Cursor, Pages, about_request
from .quota import Quota
from .validation import check_input
from .wire import Answer, Request
from .world import Identity, Region, World

_REGION = re.compile(r"[a-z]{2,5}(-[a-z]+)+-\d+")


@dataclass
class Front:
    """Front answers requests about a world; what it noticed is in calls and violations."""

    world: World
    let_go: Callable[[float | None], Awaitable[bool]]
    pages: Pages = field(default_factory=Pages)
    quota: Quota = field(default_factory=Quota)
    faults: list[Fault] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    throttled: int = 0
    error_style: str = "bare"
    sts_in_xml: bool = False
    scan_events: int = 10_000
    sources: Sources | None = None

    def answer(self, request: Request) -> tuple[Answer, Record]:
        """answer gives the answer to any request at all, and what to remember of it."""
        request.wants_xml = self.sts_in_xml
        service = routing.service_of(request)
        record = Record(
            self.world.now(), None, None, service, None, None, None, 0, None, request.connection, 0
        )
        visit = Visit(self, request, record)
        try:
            if self.sources is not None and request.target != "/":
                answer = visit.ask_sources(self.sources)
            else:
                answer = visit.answer()
        except AwsError as error:
            answer = self._refuse(record, request, error)
        except Exception as mistake:
            self._note(record, f"mistake of the stand-in: {mistake!r}")
            answer = self._refuse(record, request, AwsError("InternalFailure", "", 500))
        try:
            answer = self._strike(visit, answer)
        except Exception as mistake:
            self._note(record, f"mistake of the script: {mistake!r}")
        record.status = answer.status
        record.bytes = len(answer.body)
        return answer, record

    def _refuse(self, record: Record, request: Request, error: AwsError) -> Answer:
        if error.violation is not None:
            self._note(record, error.violation)
        record.error = error.code
        return answers.failure(record.service, error, request, self.error_style)

    def _note(self, record: Record, what: str) -> None:
        where = f"{record.service or '?'} {record.operation or '?'} {record.region or '?'}"
        self.violations.append(f"{where}: {what}")

    def _strike(self, visit: Visit, answer: Answer) -> Answer:
        """_strike lets the first fault that fits have its way with the answer."""
        record = visit.record
        if not self.faults or visit.spared:
            return answer
        for fault in self.faults:
            if fault.kind != "refuse" and fault.fits(record, visit.token, answer):
                return fault.strike(visit.struck(fault.options, self.let_go), answer)
        return answer


class Visit:
    """Visit is one request's way through the front."""

    def __init__(self, front: Front, request: Request, record: Record):
        self.front = front
        self.request = request
        self.record = record
        self.identity: Identity | None = None
        self.region: Region | None = None
        self.operation: Operation | None = None
        self.cursor: Cursor | None = None
        self.spared = False

    def answer(self) -> Answer:
        record, world = self.record, self.front.world
        self.operation, input = routing.read(self.request, record.service)
        record.operation = self.operation.name
        record.input = input if isinstance(input, dict) else {}
        if self.operation.signed:
            self._authenticate(self.operation.service)
        check_input(self.operation.service, self.operation.name, input)
        self.cursor = self._open(self.operation, input)
        record.page = self.cursor.page
        self._authorise()
        if not self.front.quota.take(record.account or "", record.region or "", record.operation):
            self.front.throttled += 1
            self.spared = True
            raise throttled()
        call = Call(
            world,
            self.region,
            self.identity,
            record.operation,
            input,
            self.cursor,
            self.front.scan_events,
        )
        output = self.operation.run(call)
        return answers.success(self.operation.service, record.operation, output, self.request)

    def ask_sources(self, sources: Sources) -> Answer:
        """ask_sources is the answer of a server that keys come from."""
        method, target = self.request.method, self.request.target
        self.record.operation = operation_of(method, target)
        reply = sources.answer(method, target, dict(self.request.headers), self.request.body)
        return Answer(reply.status, reply.body, dict(reply.headers))

    @property
    def token(self) -> str | None:
        """token is the answer's member that leads to the next page."""
        return self.operation.answer_token if self.operation else None

    def struck(self, options: dict, let_go: Callable) -> Struck:
        def refuse(error: AwsError) -> Answer:
            self.record.error = error.code
            style = self.front.error_style
            return answers.failure(self.record.service, error, self.request, style)

        return Struck(options, self._denial(), refuse, let_go, self.cursor, self.token)

    def _authenticate(self, service: str) -> None:
        """_authenticate finds out who asks, and about which account and region."""
        claimed = signature.parse(self.request)
        self.record.access_key = claimed.access_key
        self.record.region = claimed.region
        if claimed.service != SIGNING_NAMES[service]:
            raise bad_signature(
                f"Credential should be scoped to correct service: '{SIGNING_NAMES[service]}'."
            )
        identity = self.front.world.keys.get(claimed.access_key)
        if identity is None:
            raise unknown_key()
        self.identity = identity
        self.record.account = identity.account
        self.region = self._find_region(identity.account, service, claimed.region)
        routing.check_host(self.request, service, claimed.region)
        signature.check(self.request, claimed, identity.secret_key, identity.token)
        now = self.front.world.now()
        signature.check_time(self.request, now)
        if identity.expires is not None and identity.expires <= now:
            raise expired_token()

    def _find_region(self, account: str, service: str, name: str) -> Region:
        region = self.front.world.accounts[account].regions.get(name)
        if region is None:
            # STS knows every region; of the others the world has those that it was built with.
            if service != "sts" or not _REGION.fullmatch(name):
                raise routing.refuse_region(name)
            region = Region(account, name, self.front.world.now)
        return region

    def _open(self, operation: Operation, input: dict) -> Cursor:
        token = operation.token
        about = about_request(
            self.record.account or "",
            self.record.region or "",
            operation.name,
            input,
            token or "",
        )
        cursor = Cursor(self.front.pages, about)
        if token is not None and token in input:
            try:
                cursor.open(input[token])
            except ValueError as reason:
                raise invalid(operation.service, f"Invalid {token}: {reason}") from None
        return cursor

    def _authorise(self) -> None:
        identity, operation = self.identity, self.operation
        if identity is None or operation.open:
            return
        action = f"{operation.service}:{operation.name}"
        if identity.allowed is not None and action not in identity.allowed:
            raise self._denial()
        if identity.policy is not None and not policy.allows(identity.policy, action, self._resource()):
            raise self._denial()

    def _denial(self) -> AwsError:
        """_denial is how AWS says no to this request, whether it would have or not."""
        operation = self.operation
        arn = self.identity.arn if self.identity else "anonymous"
        if operation is None:
            return access_denied(arn, "*", "*")
        return access_denied(arn, f"{operation.service}:{operation.name}", self._resource())

    def _resource(self) -> str:
        """_resource is what the request is about, as policies name it."""
        record = self.record
        named = dict(record.input or {})
        group = named.get("logGroupIdentifier", "")
        if group.startswith("arn:"):
            return f"{group}:log-stream:"
        named.setdefault("logGroupName", group)
        resource = self.operation.resource.format_map(named)
        if resource.startswith("arn:"):
            return resource
        return f"arn:aws:{self.operation.service}:{record.region}:{record.account}:{resource}"
