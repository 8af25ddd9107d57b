"""SageMaker's List operations, and DescribeDomain."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .calls import Call, Operation
from .errors import AwsError
from .listing import Listed, Listing, rendered
from .rendering import renderer_of_shape
from .world import App, Domain, Space, UserProfile

DEFAULT_MAX_RESULTS = 10
_ORDERS = {None: "created", "CreationTime": "created", "LastModifiedTime": "modified"}


def list_domains(call: Call) -> dict:
    return _page(call, call.region.domains, {}, "Domains", lambda domain: _domain(call, domain))


def list_apps(call: Call) -> dict:
    where = {
        "DomainIdEquals": "domain",
        "UserProfileNameEquals": "user",
        "SpaceNameEquals": "space",
    }
    return _page(call, call.region.apps, where, "Apps", _app)


def list_spaces(call: Call) -> dict:
    contains = call.input.get("SpaceNameContains", "")
    where = {"DomainIdEquals": "domain"}
    return _page(call, call.region.spaces, where, "Spaces", _space, contains)


def list_user_profiles(call: Call) -> dict:
    contains = call.input.get("UserProfileNameContains", "")
    where = {"DomainIdEquals": "domain"}
    return _page(call, call.region.users, where, "UserProfiles", _user_profile, contains)


def describe_domain(call: Call) -> dict:
    id = call.input["DomainId"]
    domains = [domain for domain in call.region.domains if domain.id == id]
    if not domains:
        raise AwsError("ResourceNotFound", f"Domain [{id}] does not exist.")
    (domain,) = domains
    answer = {
        "DomainId": domain.id,
        "DomainName": domain.name,
        "Status": domain.status,
        "AuthMode": domain.auth_mode,
        "CreationTime": domain.created,
        "LastModifiedTime": domain.created,
        "HomeEfsFileSystemId": "fs-0123456789abcdef0",
        "DefaultUserSettings": _idle_settings(domain, lab="JupyterLabAppSettings", editor="CodeEditorAppSettings"),
    }
    if "shared" in domain.idle_shutdown:
        answer["DefaultSpaceSettings"] = _idle_settings(domain, shared="JupyterLabAppSettings")
    return answer


def _idle_settings(domain: Domain, **settings: str) -> dict:
    """_idle_settings is what a domain has set for these kinds of apps, by the member that holds it."""
    found = {}
    for kind, member in settings.items():
        if kind in domain.idle_shutdown:
            minutes = domain.idle_shutdown[kind]
            idle: dict = {"LifecycleManagement": "DISABLED" if minutes is None else "ENABLED"}
            if minutes is not None:
                idle["IdleTimeoutInMinutes"] = minutes
            found[member] = {"AppLifecycleManagement": {"IdleSettings": idle}}
    return found


def _page(
    call: Call,
    listing: Listing,
    where: dict[str, str],
    member: str,
    describe: Callable[[Listed], str],
    contains: str = "",
) -> dict:
    """_page is one page of a listing, narrowed by those filters of where that the input has."""
    asked = {name: call.input[given] for given, name in where.items() if given in call.input}
    index = listing.select(_ORDERS[call.input.get("SortBy")], asked)
    backwards = call.input.get("SortOrder") == "Descending"
    walk = index.descending if backwards else index.ascending
    keys: Iterable[tuple] = walk(call.cursor.position)
    if contains:
        keys = (key for key in keys if contains in key[-1].name)
    limit = call.input.get("MaxResults", DEFAULT_MAX_RESULTS)
    things, token = call.cursor.cut(iter(keys), limit)
    answer = {member: [rendered(thing, describe) for thing in things]}
    if token is not None:
        answer["NextToken"] = token
    elif call.cursor.pages.style == "ragged" and len(things) % 2:
        # SageMaker's model allows an empty token, too, where a listing ends.
        answer["NextToken"] = ""
    return answer


def _domain(call: Call, domain: Domain) -> str:
    region = call.region
    arn = f"arn:aws:sagemaker:{region.name}:{region.account}:domain/{domain.id}"
    return renderer_of_shape("sagemaker", "DomainDetails")(
        {
            "DomainArn": arn,
            "DomainId": domain.id,
            "DomainName": domain.name,
            "Status": domain.status,
            "CreationTime": domain.created,
            "LastModifiedTime": domain.created,
            "Url": f"https://{domain.id}.studio.{region.name}.sagemaker.aws",
        }
    )


def _app(app: App) -> str:
    said: dict = {"DomainId": app.domain}
    if app.user is not None:
        said["UserProfileName"] = app.user
    if app.space is not None:
        said["SpaceName"] = app.space
    said |= {
        "AppType": app.type,
        "AppName": app.name,
        "Status": app.status,
        "CreationTime": app.created,
    }
    spec = {"InstanceType": app.instance, "TrainingPlanArn": app.plan}
    if app.instance is not None:
        said["ResourceSpec"] = {name: value for name, value in spec.items() if value is not None}
    return renderer_of_shape("sagemaker", "AppDetails")(said)


def _space(space: Space) -> str:
    said: dict = {
        "DomainId": space.domain,
        "SpaceName": space.name,
        "Status": space.status,
        "CreationTime": space.created,
        "LastModifiedTime": space.modified,
    }
    settings: dict = {}
    if space.type is not None:
        settings["AppType"] = space.type
    if space.volume_gb is not None:
        volume = {"EbsVolumeSizeInGb": space.volume_gb}
        settings["SpaceStorageSettings"] = {"EbsStorageSettings": volume}
    if space.remote is not None:
        settings["RemoteAccess"] = space.remote
    if settings:
        said["SpaceSettingsSummary"] = settings
    if space.sharing is not None:
        said["SpaceSharingSettingsSummary"] = {"SharingType": space.sharing}
    if space.owner is not None:
        said["OwnershipSettingsSummary"] = {"OwnerUserProfileName": space.owner}
    return renderer_of_shape("sagemaker", "SpaceDetails")(said)


def _user_profile(user: UserProfile) -> str:
    return renderer_of_shape("sagemaker", "UserProfileDetails")(
        {
            "DomainId": user.domain,
            "UserProfileName": user.name,
            "Status": user.status,
            "CreationTime": user.created,
            "LastModifiedTime": user.modified,
        }
    )


OPERATIONS = [
    Operation("sagemaker", "ListDomains", list_domains, "NextToken", "NextToken", "domain/*"),
    Operation("sagemaker", "DescribeDomain", describe_domain, None, None, "domain/*"),
    Operation("sagemaker", "ListApps", list_apps, "NextToken", "NextToken", "app/*"),
    Operation("sagemaker", "ListSpaces", list_spaces, "NextToken", "NextToken", "space/*"),
    Operation(
        "sagemaker",
        "ListUserProfiles",
        list_user_profiles,
        "NextToken",
        "NextToken",
        "user-profile/*",
    ),
]
