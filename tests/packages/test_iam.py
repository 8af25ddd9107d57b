"""The IAM files: valid, the same everywhere, and no more than what the plugin calls."""

import json
import re

import pytest
import yaml

from e2e.collectd import TOP

IAM = TOP / "packaging" / "iam"
POLICY = json.loads((IAM / "policy.json").read_text())
DOCUMENT = (TOP / "packaging" / "doc" / "iam.md").read_text()


class Template(yaml.SafeLoader):
    """Template reads CloudFormation's YAML, whose functions are tags; !Sub is taken as what it stands for."""


def function(name: str):
    return lambda loader, node: {f"Fn::{name}": loader.construct_sequence(node, deep=True)}


for name in ("If", "Not", "Equals"):
    Template.add_constructor(f"!{name}", function(name))
Template.add_constructor("!Ref", lambda loader, node: {"Ref": loader.construct_scalar(node)})
Template.add_constructor("!GetAtt", lambda loader, node: {"Fn::GetAtt": loader.construct_scalar(node)})
PSEUDO = {"Partition": "aws", "AccountId": "*", "URLSuffix": "amazonaws.com"}
Template.add_constructor(
    "!Sub",
    lambda loader, node: re.sub(r"\$\{AWS::(\w+)\}", lambda name: PSEUDO[name[1]], loader.construct_scalar(node)),
)


def template(name: str = "role.yaml") -> dict:
    return yaml.load((IAM / name).read_text(), Template)


def actions(policy: dict) -> set[str]:
    listed = [statement["Action"] for statement in policy["Statement"]]
    return {action for entry in listed for action in ([entry] if isinstance(entry, str) else entry)}


def called() -> set[str]:
    """called is what the plugin's table of operations has, under the names that IAM has for them."""
    source = (TOP / "plugin" / "studio" / "operations.c").read_text()
    services = dict(re.findall(r'const aws_service_t (\w+) = \{.*?\.signing_name = "(\w+)"', source, re.DOTALL))
    table = re.findall(r'\[OPERATION_\w+\] = \{&(\w+), "(\w+)"', source)
    assert len(table) == len(re.findall(r"\[OPERATION_\w+\] = \{&", source)) >= 5
    # CloudWatch is "monitoring" in signatures and "cloudwatch" in policies.
    prefixes = {name: {"monitoring": "cloudwatch"}.get(signing, signing) for name, signing in services.items()}
    return {f"{prefixes[service]}:{operation}" for service, operation in table}


def test_the_policy_allows_what_the_plugin_calls_and_nothing_else():
    assert actions(POLICY) == called()
    assert {statement["Effect"] for statement in POLICY["Statement"]} == {"Allow"}


def test_the_log_group_is_the_plugins():
    (logs,) = [statement for statement in POLICY["Statement"] if "logs:DescribeLogStreams" in statement["Action"]]
    group = re.search(r'log_group = strdup\("([^"]+)"\)', (TOP / "plugin" / "config_account.c").read_text())[1]
    arn = f"arn:aws:logs:*:*:log-group:{group}"
    assert logs["Resource"] == [arn, f"{arn}:*"]


def test_the_document_says_of_each_action_what_it_is_for():
    table = re.search(r"^\| action \|.*?\n\n", DOCUMENT, re.MULTILINE | re.DOTALL)[0]
    assert set(re.findall(r"^\| `(\w+:\w+)` \| \w", table, re.MULTILINE)) == actions(POLICY)


def test_the_template_has_the_policy_and_the_trust():
    properties = template()["Resources"]["Role"]["Properties"]
    (policy,) = properties["Policies"]
    assert policy["PolicyDocument"] == POLICY
    trust = json.dumps(properties["AssumeRolePolicyDocument"])
    parameters = {"Principal": "arn:aws:iam::111122223333:role/collectd", "ExternalId": "collectd-7f3a"}
    for name, value in parameters.items():
        assert name in template()["Parameters"]
        trust = trust.replace(json.dumps({"Ref": name}), json.dumps(value))
    assert json.loads(trust) == json.loads((IAM / "trust.json").read_text())


@pytest.mark.parametrize("name", ["role.yaml", "account.yaml"])
def test_a_template_refers_to_what_it_has(name):
    text = (IAM / name).read_text()
    known = {*template(name)["Parameters"], *template(name)["Resources"], "AWS::NoValue"}
    referred = re.findall(r"!Ref ([\w:]+)|!GetAtt (\w+)", text)
    assert referred and {ref or att for ref, att in referred} <= known
    conditions = re.findall(r"Condition: (\w+)|!If \[(\w+)", text)
    assert {one or other for one, other in conditions} == set(template(name).get("Conditions", {}))


def test_the_template_for_one_account_has_the_policy_and_gives_it_to_whom_one_says():
    made = template("account.yaml")
    policy = made["Resources"]["Policy"]["Properties"]
    assert policy["PolicyDocument"] == POLICY
    assert policy["Users"] == {"Fn::If": ["HasUser", [{"Ref": "UserName"}], {"Ref": "AWS::NoValue"}]}
    role = made["Resources"]["Role"]["Properties"]
    assert role["ManagedPolicyArns"] == [{"Ref": "Policy"}]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert (trust["Principal"], trust["Action"]) == ({"Service": "ec2.amazonaws.com"}, "sts:AssumeRole")
    assert made["Resources"]["Profile"]["Properties"]["Roles"] == [{"Ref": "Role"}]
    # Without a word of the parameters there is nothing but the policy.
    assert [parameter["Default"] for parameter in made["Parameters"].values()] == ["", "no"]
    assert made["Conditions"] == {
        "HasUser": {"Fn::Not": [{"Fn::Equals": [{"Ref": "UserName"}, ""]}]},
        "HasInstance": {"Fn::Equals": [{"Ref": "InstanceProfile"}, "yes"]},
    }


def test_the_callers_side_may_assume_the_role_that_is_made():
    assume = json.loads((IAM / "assume.json").read_text())
    assert actions(assume) == {"sts:AssumeRole"}
    name = template()["Parameters"]["RoleName"]["Default"]
    assert [statement["Resource"] for statement in assume["Statement"]] == [f"arn:aws:iam::123456789012:role/{name}"]
