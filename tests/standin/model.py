"""The service models of AWS, as botocore ships them, and what a 2022 botocore does not know yet.

Everything that the stand-in accepts or answers is measured against these models, which nobody
here wrote. NEWER is the one place where they are extended; each row says why.
"""

from __future__ import annotations

from functools import lru_cache

import botocore.session
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel


def _member(shape: str) -> dict:
    return {"shape": shape}


def _structure(**members: str) -> dict:
    return {"type": "structure", "members": {k: _member(v) for k, v in members.items()}}


_STUDIO_TYPES = ["JupyterLab", "CodeEditor", "DetailedProfiler", "Canvas"]

_INSTANCES = [
    f"ml.{family}.{size}"
    for family, sizes in {
        "m6i": "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge",
        "m7i": "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
        "c6i": "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge",
        "c7i": "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
        "r6i": "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge",
        "r7i": "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
        "g6": "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
        "g6e": "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge",
        "p4d": "24xlarge",
        "p4de": "24xlarge",
        "p5": "48xlarge",
        "p5en": "48xlarge",
        "trn1": "2xlarge 32xlarge",
        "trn1n": "32xlarge",
        "geospatial": "interactive",
    }.items()
    for size in sizes.split()
]

# (service, shape, "enum", values) | (service, shape, "members", members) | (service, name, "shape",
# definition), each with the reason: what AWS has today and botocore 1.29 has not.
NEWER = [
    ("sagemaker", "AppType", "enum", _STUDIO_TYPES, "Studio's applications since November 2023"),
    ("sagemaker", "AppType", "enum", ["FutureLab"], "a type that no client knows: AWS adds some"),
    ("sagemaker", "AppInstanceType", "enum", _INSTANCES, "instance types since 2022"),
    ("sagemaker", "AppInstanceType", "enum", ["ml.future.large"], "one that has no price yet"),
    (
        "sagemaker",
        "AppDetails",
        "members",
        {"ResourceSpec": "ResourceSpec"},
        "ListApps tells the instance type since 2024: no DescribeApp for each app",
    ),
    (
        "sagemaker",
        "TrainingPlanArn",
        "shape",
        {
            "type": "string",
            "min": 50,
            "max": 2048,
            "pattern": "arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:training-plan/.*",
        },
        "an app may run on reserved capacity since 2025",
    ),
    ("sagemaker", "ResourceSpec", "members", {"TrainingPlanArn": "TrainingPlanArn"}, "the same"),
    (
        "sagemaker",
        "SharingType",
        "shape",
        {"type": "string", "enum": ["Private", "Shared"]},
        "private spaces since November 2023",
    ),
    ("sagemaker", "SpaceEbsVolumeSizeInGb", "shape", {"type": "integer", "min": 5}, "the same"),
    (
        "sagemaker",
        "EbsStorageSettings",
        "shape",
        _structure(EbsVolumeSizeInGb="SpaceEbsVolumeSizeInGb"),
        "the same",
    ),
    (
        "sagemaker",
        "SpaceStorageSettings",
        "shape",
        _structure(EbsStorageSettings="EbsStorageSettings"),
        "the same",
    ),
    (
        "sagemaker",
        "SpaceSettingsSummary",
        "shape",
        _structure(AppType="AppType", RemoteAccess="FeatureStatus", SpaceStorageSettings="SpaceStorageSettings"),
        "ListSpaces tells the volume's size, and since 2025 whether an IDE may connect from outside",
    ),
    (
        "sagemaker",
        "SpaceSharingSettingsSummary",
        "shape",
        _structure(SharingType="SharingType"),
        "ListSpaces tells private from shared",
    ),
    (
        "sagemaker",
        "OwnershipSettingsSummary",
        "shape",
        _structure(OwnerUserProfileName="UserProfileName"),
        "ListSpaces tells whose the space is",
    ),
    (
        "sagemaker",
        "SpaceDetails",
        "members",
        {
            "SpaceSettingsSummary": "SpaceSettingsSummary",
            "SpaceSharingSettingsSummary": "SpaceSharingSettingsSummary",
            "OwnershipSettingsSummary": "OwnershipSettingsSummary",
        },
        "the three summaries",
    ),
    (
        "sagemaker",
        "IdleTimeoutInMinutes",
        "shape",
        {"type": "integer", "min": 60, "max": 525600},
        "idle shutdown since 2024",
    ),
    (
        "sagemaker",
        "LifecycleManagement",
        "shape",
        {"type": "string", "enum": ["ENABLED", "DISABLED"]},
        "the same",
    ),
    (
        "sagemaker",
        "IdleSettings",
        "shape",
        _structure(LifecycleManagement="LifecycleManagement", IdleTimeoutInMinutes="IdleTimeoutInMinutes"),
        "the same",
    ),
    ("sagemaker", "AppLifecycleManagement", "shape", _structure(IdleSettings="IdleSettings"), "the same"),
    (
        "sagemaker",
        "JupyterLabAppSettings",
        "shape",
        _structure(AppLifecycleManagement="AppLifecycleManagement"),
        "the same; of what it holds, what is asked for",
    ),
    (
        "sagemaker",
        "CodeEditorAppSettings",
        "shape",
        _structure(AppLifecycleManagement="AppLifecycleManagement"),
        "the same",
    ),
    (
        "sagemaker",
        "UserSettings",
        "members",
        {"JupyterLabAppSettings": "JupyterLabAppSettings", "CodeEditorAppSettings": "CodeEditorAppSettings"},
        "the same",
    ),
    (
        "sagemaker",
        "DefaultSpaceSettings",
        "members",
        {"JupyterLabAppSettings": "JupyterLabAppSettings"},
        "the same, of shared spaces",
    ),
    (
        "logs",
        "FilterLogEventsRequest",
        "members",
        {"startFromHead": "StartFromHead"},
        "newest events first since 2026",
    ),
]


def extend(service: str, description: dict) -> dict:
    """extend adds to a service's description what NEWER has for it, in place."""
    shapes = description["shapes"]
    for owner, name, what, value, _reason in NEWER:
        if owner != service:
            continue
        if what == "shape":
            shapes[name] = value
        elif what == "enum":
            shapes[name]["enum"] += value
        else:
            shapes[name]["members"].update({k: _member(v) for k, v in value.items()})
    return description


class NewerLoader(Loader):
    """botocore's loader of service models, for a session that knows what NEWER knows."""

    def load_service_model(self, service_name, type_name, api_version=None):
        description = super().load_service_model(service_name, type_name, api_version)
        if type_name == "service-2" and not description.get("extended"):
            extend(service_name, description)
            description["extended"] = True
        return description


@lru_cache(maxsize=None)
def service_model(service: str) -> ServiceModel:
    return ServiceModel(NewerLoader().load_service_model(service, "service-2"), service)


@lru_cache(maxsize=None)
def operation_model(service: str, operation: str) -> OperationModel:
    return service_model(service).operation_model(operation)


def session() -> botocore.session.Session:
    """session is a botocore session whose clients read the newer members, too."""
    fresh = botocore.session.Session()
    fresh.register_component("data_loader", NewerLoader())
    return fresh


# Target prefix of the X-Amz-Target header -> service; what the scope of a signature must name.
TARGETS = {"SageMaker": "sagemaker", "Logs_20140328": "logs", "GraniteServiceVersion20100801": "cloudwatch"}
SIGNING_NAMES = {"sagemaker": "sagemaker", "logs": "logs", "cloudwatch": "monitoring", "sts": "sts"}


def json_type(service: str | None) -> str:
    """json_type is the content type of a service's JSON. CloudWatch has JSON since 2025; botocore 1.29 knows its query
    protocol only, with the same shapes."""
    return f"application/x-amz-json-{'1.0' if service == 'cloudwatch' else '1.1'}"
