"""standin: an AWS for tests, measured by botocore's models and signer.

    from standin import StandIn, World

    world, region = World.single("us-east-1")
    domain = region.domain("d-abcdefghijkl", "research")
    region.user(domain, "user01")
    region.app(domain, user="user01", type="KernelGateway", name="app", created=world.now() - 7200)
    region.stream("d-abcdefghijkl/user01/KernelGateway/app", last_event=world.now() - 3600)
    with StandIn(world) as aws:
        run_client(endpoint=aws.url)
        assert aws.count("ListApps") and not aws.violations

world.py says what a world may hold, faults.py what may go wrong, chatter.py what idle servers log.
"""

from .chatter import Chatter
from .faults import Fault
from .server import StandIn
from .world import ACCESS_KEY, ACCOUNT_ID, SECRET_KEY, STUDIO_GROUP, World

__all__ = [
    "ACCESS_KEY",
    "ACCOUNT_ID",
    "Chatter",
    "Fault",
    "SECRET_KEY",
    "STUDIO_GROUP",
    "StandIn",
    "World",
]
