"""botocore clients that talk to a stand-in: for its own tests and for checks of the demo."""

from __future__ import annotations

from botocore.client import BaseClient
from botocore.config import Config

from .model import session
from .world import ACCESS_KEY, SECRET_KEY

_session = session()


def client(
    url: str,
    service: str,
    region: str = "us-east-1",
    access_key: str = ACCESS_KEY,
    secret_key: str = SECRET_KEY,
    token: str | None = None,
    validate: bool = False,
    pool: int = 1,
) -> BaseClient:
    """client makes one attempt only, and unless told to validate sends whatever it is given."""
    return _session.create_client(
        service,
        region_name=region,
        endpoint_url=url,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        aws_session_token=token,
        config=Config(
            retries={"total_max_attempts": 1},
            parameter_validation=validate,
            max_pool_connections=pool,
            read_timeout=5,
            proxies={},
        ),
    )
