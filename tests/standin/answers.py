"""Answers and refusals as bytes: JSON for SageMaker and Logs, XML or JSON for STS."""

from __future__ import annotations

import time
import uuid
from xml.sax.saxutils import escape

from botocore.model import Shape

from .errors import AwsError, for_query
from .jsontext import encoded, encoded_text
from .model import json_type, operation_model
from .rendering import renderer_of_answer
from .wire import Answer, Request

STS_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"

# How an error's code reaches the client: AWS's services differ, and a client must read each.
ERROR_STYLES = ("bare", "namespaced", "header")


def success(service: str, operation: str, output: dict, request: Request) -> Answer:
    """success is a 200 answer; StandInError when output is not what the model says."""
    text = renderer_of_answer(service, operation)(output)
    if service != "sts":
        return Answer(200, encoded_text(text), _headers(json_type(service)))
    identifier = str(uuid.uuid4())
    if wants_json(request):
        body = (
            f'{{"{operation}Response":{{"{operation}Result":{text},'
            f'"ResponseMetadata":{{"RequestId":"{identifier}"}}}}}}'
        )
        return Answer(200, encoded_text(body), _headers("application/json", identifier))
    result = _xml(output, operation_model(service, operation).output_shape)
    body = (
        f'<{operation}Response xmlns="{STS_NAMESPACE}">'
        f"<{operation}Result>{result}</{operation}Result>"
        f"<ResponseMetadata><RequestId>{identifier}</RequestId></ResponseMetadata>"
        f"</{operation}Response>"
    )
    return Answer(200, body.encode(), _headers("text/xml", identifier))


def failure(service: str | None, error: AwsError, request: Request, style: str) -> Answer:
    """failure is the answer to a refused request, in the service's protocol."""
    if service == "sts":
        return _query_failure(for_query(error), request)
    headers = _headers(json_type(service))
    # AccessDenied comes from the layer in front of the services, which spells it so.
    spelling = "Message" if error.code == "AccessDeniedException" else "message"
    said = {"__type": error.code, spelling: error.message}
    if style == "namespaced":
        said["__type"] = f"com.amazonaws.{service}#{error.code}"
    elif style == "header":
        headers["x-amzn-ErrorType"] = f"{said.pop('__type')}:http://internal.amazon.com/coral/"
    return Answer(error.status, encoded(said), headers)


def _query_failure(error: AwsError, request: Request) -> Answer:
    identifier = str(uuid.uuid4())
    if wants_json(request):
        said = {"Code": error.code, "Message": error.message, "Type": "Sender"}
        body = encoded({"Error": said, "RequestId": identifier})
        return Answer(error.status, body, _headers("application/json", identifier))
    body = (
        f'<ErrorResponse xmlns="{STS_NAMESPACE}"><Error><Type>Sender</Type>'
        f"<Code>{error.code}</Code><Message>{escape(error.message)}</Message></Error>"
        f"<RequestId>{identifier}</RequestId></ErrorResponse>"
    )
    return Answer(error.status, body.encode(), _headers("text/xml", identifier))


def plain(status: int, value: object) -> Answer:
    """plain is an answer of the stand-in's own control interface."""
    return Answer(status, encoded(value), {"Content-Type": "application/json"}, counted=False)


def wants_json(request: Request) -> bool:
    return not request.wants_xml and "application/json" in (request.header("accept") or "")


def _headers(content_type: str, identifier: str | None = None) -> dict[str, str]:
    return {
        "x-amzn-RequestId": identifier or str(uuid.uuid4()),
        "Content-Type": content_type,
    }


def _xml(value: object, shape: Shape) -> str:
    if shape.type_name == "structure":
        parts = (f"<{n}>{_xml(part, shape.members[n])}</{n}>" for n, part in value.items())
        return "".join(parts)
    if shape.type_name == "timestamp":
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(value))
    return escape(str(value))
