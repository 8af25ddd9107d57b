"""Every operation through a real botocore client, and pages as AWS has them."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .conftest import Asker
from .paging import Cursor, Pages
from .server import StandIn
from .world import STUDIO_GROUP, World

DOMAIN = "d-abcdefghijkl"


def many(region, number: int = 137) -> None:
    """many builds a region with so many things of every kind."""
    for i in range(number):
        region.domain(f"d-{i:012d}", f"domain{i}")
        region.user(DOMAIN, f"user{i:03d}")
        region.space(DOMAIN, f"space{i:03d}", owner=f"user{i:03d}")
        region.app(DOMAIN, user=f"user{i:03d}", name=f"app{i}")
        region.stream(f"{DOMAIN}/user{i:03d}/KernelGateway/app", region.now() - i)


LISTINGS = [
    ("sagemaker", "list_domains", {}, "Domains", "DomainId"),
    ("sagemaker", "list_apps", {}, "Apps", "AppName"),
    ("sagemaker", "list_apps", {"SortOrder": "Descending"}, "Apps", "AppName"),
    ("sagemaker", "list_apps", {"DomainIdEquals": DOMAIN}, "Apps", "AppName"),
    ("sagemaker", "list_spaces", {"SortBy": "LastModifiedTime"}, "Spaces", "SpaceName"),
    ("sagemaker", "list_user_profiles", {}, "UserProfiles", "UserProfileName"),
    ("logs", "describe_log_streams", {}, "logStreams", "logStreamName"),
    ("logs", "describe_log_streams", {"descending": True}, "logStreams", "logStreamName"),
    (
        "logs",
        "describe_log_streams",
        {"orderBy": "LastEventTime", "descending": True},
        "logStreams",
        "logStreamName",
    ),
    ("logs", "filter_log_events", {}, "events", "logStreamName"),
]


@pytest.mark.parametrize("service,operation,arguments,member,key", LISTINGS)
def test_ragged_pages_lead_to_everything_exactly_once(
    world, region, service, operation, arguments, member, key
):
    many(region)
    limit = "limit" if service == "logs" else "MaxResults"
    arguments = arguments | {limit: 20}
    if service == "logs":
        arguments["logGroupName"] = STUDIO_GROUP
    sizes = set()
    for seed in range(1, 6):
        with StandIn(world, seed=seed) as aws:
            pages = Asker(aws).pages(service, operation, **arguments)
        names = [thing[key] for page in pages for thing in page[member]]
        assert len(names) == len(set(names)) == 137
        assert aws.violations == []
        sizes |= {len(page[member]) for page in pages[:-1]}
    assert 0 in sizes and 20 in sizes and len(sizes) > 5


@pytest.mark.parametrize("service,operation,arguments,member,key", LISTINGS)
def test_exact_pages_are_as_few_as_can_be(
    ask, region, service, operation, arguments, member, key
):
    many(region)
    limit = "limit" if service == "logs" else "MaxResults"
    arguments = arguments | {limit: 50}
    if service == "logs":
        arguments["logGroupName"] = STUDIO_GROUP
    pages = ask.pages(service, operation, **arguments)
    assert [len(page[member]) for page in pages] == [50, 50, 37]


def test_ragged_pages_have_all_that_awss_documentation_allows(world, region):
    """A listing ends with no token, with an empty one, or with a page that has nothing more."""
    many(region, 40)
    ends = set()
    for seed in range(1, 40):
        with StandIn(world, seed=seed) as aws:
            pages = Asker(aws).pages("sagemaker", "list_apps", MaxResults=5)
        ends.add((not pages[-1]["Apps"], pages[-1].get("NextToken")))
    assert ends >= {(True, None), (False, None), (False, "")}


def test_so_many_empty_pages_come_in_a_row_and_no_more():
    rows = set()
    for seed in range(1, 3000):
        cursor, empty = Cursor(Pages("ragged", seed), "request"), 0
        while cursor.size(10) == 0:
            empty += 1
            following = Cursor(cursor.pages, "request")
            following.open(cursor.token(cursor.position, empty=True))
            cursor = following
        rows.add(empty)
    assert rows == {0, 1, 2}


def test_the_same_seed_gives_the_same_pages(world, region):
    many(region)
    runs = []
    for _ in range(2):
        with StandIn(world, seed=3) as aws:
            pages = Asker(aws).pages("sagemaker", "list_apps", MaxResults=7)
            runs.append([len(page["Apps"]) for page in pages])
    assert runs[0] == runs[1]


def test_defaults_are_ten_and_fifty(ask, region):
    many(region)
    assert len(ask.client("sagemaker").list_apps()["Apps"]) == 10
    streams = ask.client("logs").describe_log_streams(logGroupName=STUDIO_GROUP)
    assert len(streams["logStreams"]) == 50


def test_an_app_is_told_with_its_newer_members(ask, region, clock):
    plan = "arn:aws:sagemaker:us-east-1:123456789012:training-plan/reserved"
    region.app(DOMAIN, space="lab", type="CodeEditor", created=clock.now - 5.25, plan=plan)
    (app,) = ask.client("sagemaker").list_apps()["Apps"]
    assert app.pop("CreationTime").timestamp() == clock.now - 5.25
    assert app == {
        "DomainId": DOMAIN,
        "SpaceName": "lab",
        "AppType": "CodeEditor",
        "AppName": "default",
        "Status": "InService",
        "ResourceSpec": {"InstanceType": "ml.t3.medium", "TrainingPlanArn": plan},
    }


def test_a_deleted_app_stays_listed_beside_the_new_one_of_its_key(ask, aws, region, clock):
    old = region.app(DOMAIN, user="user01", name="app", created=clock.now - 60)
    client = ask.client("sagemaker")
    assert [app["Status"] for app in client.list_apps()["Apps"]] == ["InService"]
    with aws.lock:
        old.delete()
        new = region.app(DOMAIN, user="user01", name="app")
    apps = client.list_apps()["Apps"]
    assert [(app["AppName"], app["Status"]) for app in apps] == [
        ("app", "Deleted"),
        ("app", "InService"),
    ]
    with aws.lock:
        old.remove()
        new.remove()
    assert client.list_apps()["Apps"] == []


def test_apps_are_filtered_by_domain_user_and_space(ask, region):
    region.app("d-one", user="user01", name="a")
    region.app("d-two", user="user01", name="b")
    region.app("d-two", space="user01", name="c")

    def names(**filters) -> list[str]:
        return [app["AppName"] for app in ask.client("sagemaker").list_apps(**filters)["Apps"]]

    assert names(UserProfileNameEquals="user01") == ["a", "b"]
    assert names(DomainIdEquals="d-two") == ["b", "c"]
    assert names(DomainIdEquals="d-two", UserProfileNameEquals="user01") == ["b"]
    assert names(SpaceNameEquals="user01") == ["c"]
    assert names(DomainIdEquals="d-none") == []


def test_spaces_tell_owner_sharing_and_volume(ask, region):
    region.space(DOMAIN, "mine", owner="user01", volume_gb=50)
    region.space(DOMAIN, "ours", sharing="Shared", type=None, volume_gb=None)
    spaces = ask.client("sagemaker").list_spaces()["Spaces"]
    assert [space.get("OwnershipSettingsSummary") for space in spaces] == [
        {"OwnerUserProfileName": "user01"},
        None,
    ]
    assert spaces[0]["SpaceSettingsSummary"] == {
        "AppType": "JupyterLab",
        "SpaceStorageSettings": {"EbsStorageSettings": {"EbsVolumeSizeInGb": 50}},
    }
    assert spaces[1]["SpaceSharingSettingsSummary"] == {"SharingType": "Shared"}
    found = ask.client("sagemaker").list_spaces(SpaceNameContains="our")["Spaces"]
    assert [space["SpaceName"] for space in found] == ["ours"]


def test_listings_have_the_orders_that_are_asked_for(ask, region, clock):
    region.space(DOMAIN, "a", created=clock.now - 30, modified=clock.now - 1)
    region.space(DOMAIN, "b", created=clock.now - 20, modified=clock.now - 3)
    region.space(DOMAIN, "c", created=clock.now - 10, modified=clock.now - 2)

    def names(**order) -> str:
        spaces = ask.client("sagemaker").list_spaces(**order)["Spaces"]
        return "".join(space["SpaceName"] for space in spaces)

    assert names() == names(SortBy="CreationTime", SortOrder="Ascending") == "abc"
    assert names(SortOrder="Descending") == "cba"
    assert names(SortBy="LastModifiedTime") == "bca"
    assert names(SortBy="LastModifiedTime", SortOrder="Descending") == "acb"


def test_regions_and_accounts_have_their_own(ask, aws, world, region):
    region.app(DOMAIN, user="user01", name="here")
    world.account().region("eu-west-1").app(DOMAIN, user="user01", name="there")
    other = world.account("999988887777")
    other.identity("AKIAOTHEROTHEROTHER1", "secret")
    other.region("us-east-1").app(DOMAIN, user="user01", name="elsewhere")

    def names(**arguments) -> list[str]:
        apps = ask.client("sagemaker", **arguments).list_apps()["Apps"]
        return [app["AppName"] for app in apps]

    assert names() == ["here"]
    assert names(region="eu-west-1") == ["there"]
    assert names(access_key="AKIAOTHEROTHEROTHER1", secret_key="secret") == ["elsewhere"]
    assert aws.count("ListApps") == 3
    assert aws.count("ListApps", region="eu-west-1") == 1
    assert aws.count(account="999988887777") == 1


def test_prefix_is_not_equality(ask, region):
    name = f"{DOMAIN}/user01/KernelGateway/app"
    for stream in (f"{name}-2", f"{name}/LifecycleConfigOnStart", name, f"{DOMAIN}/user02/x/y"):
        region.stream(stream, region.now())
    found = [name, f"{name}-2", f"{name}/LifecycleConfigOnStart"]
    assert ask.streams(logStreamNamePrefix=name) == found
    assert ask.streams(logStreamNamePrefix=name, descending=True) == found[::-1]
    assert ask.streams(logStreamNamePrefix=f"{name}/") == [found[2]]
    assert ask.streams(logStreamNamePrefix=f"{name}x") == []


def test_a_missing_group_is_said_so(ask, region):
    with pytest.raises(ClientError) as refused:
        ask.streams()
    assert refused.value.response["Error"] == {
        "Code": "ResourceNotFoundException",
        "Message": "The specified log group does not exist.",
    }


def test_a_call_is_remembered_with_all_that_tests_ask_for(ask, aws, region, clock):
    ask.client("sagemaker").list_apps(MaxResults=7)
    (call,) = aws.calls
    assert (call.time, call.account, call.region) == (clock.now, "123456789012", "us-east-1")
    assert (call.service, call.operation, call.input) == (
        "sagemaker",
        "ListApps",
        {"MaxResults": 7},
    )
    assert (call.status, call.error, call.connection) == (200, None, 1)
    assert call.bytes == len(b'{"Apps":[]}')


def test_date_header_shows_the_offset_of_the_clock(aws, ask, world, clock):
    world.offset = 60.0
    answer = ask.client("sagemaker").list_apps()
    assert answer["ResponseMetadata"]["HTTPHeaders"]["date"] == "Wed, 18 Nov 2026 11:07:40 GMT"


def test_a_default_world_goes_by_the_real_clock():
    world, region = World.single("eu-west-1")
    region.domain(DOMAIN)
    with StandIn(world) as aws:
        client = Asker(aws).client("sagemaker", region="eu-west-1")
        pages = list(client.get_paginator("list_domains").paginate())
        assert [d["DomainId"] for page in pages for d in page["Domains"]] == [DOMAIN]
    assert aws.violations == []


def test_a_domain_tells_its_idle_shutdown_and_how_people_log_in(ask, region):
    region.domain(DOMAIN, "research", auth_mode="SSO", idle_shutdown={"lab": 120, "editor": None, "shared": 300})
    region.domain("d-mnopqrstuvwx", "plain")
    told = ask.client("sagemaker").describe_domain(DomainId=DOMAIN)
    assert told["AuthMode"] == "SSO"
    users, spaces = told["DefaultUserSettings"], told["DefaultSpaceSettings"]
    shown = [
        settings["AppLifecycleManagement"]["IdleSettings"]
        for settings in (
            users["JupyterLabAppSettings"],
            users["CodeEditorAppSettings"],
            spaces["JupyterLabAppSettings"],
        )
    ]
    assert shown == [
        {"LifecycleManagement": "ENABLED", "IdleTimeoutInMinutes": 120},
        {"LifecycleManagement": "DISABLED"},
        {"LifecycleManagement": "ENABLED", "IdleTimeoutInMinutes": 300},
    ]
    plain = ask.client("sagemaker").describe_domain(DomainId="d-mnopqrstuvwx")
    assert (plain["AuthMode"], plain["DefaultUserSettings"]) == ("IAM", {})
    assert "DefaultSpaceSettings" not in plain


def test_a_domain_that_is_not_there_is_refused(ask):
    with pytest.raises(ClientError) as refused:
        ask.client("sagemaker").describe_domain(DomainId=DOMAIN)
    assert refused.value.response["Error"]["Code"] == "ResourceNotFound"
