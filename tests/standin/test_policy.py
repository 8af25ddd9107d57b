"""Policies as IAM reads them."""

import pytest

from .policy import allows

STREAMS = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/sagemaker/studio:log-stream:"


@pytest.mark.parametrize(
    "actions, resources, is_allowed",
    [
        ("logs:DescribeLogStreams", "*", True),
        (["logs:FilterLogEvents", "LOGS:describelogstreams"], [STREAMS], True),
        ("logs:Describe*", "arn:aws:logs:*:*:log-group:/aws/sagemaker/studio:*", True),
        ("logs:DescribeLogStream?", "arn:aws:logs:us-east-?:*", True),
        ("logs:FilterLogEvents", "*", False),
        ("logs:DescribeLogStreams", "arn:aws:logs:*:*:log-group:/aws/sagemaker/studio", False),
        ("logs:DescribeLogStreams", "arn:aws:logs:*:*:log-group:/aws/sagemaker/studio2:*", False),
        ("logs:DescribeLogStreams", "arn:aws:LOGS:*", False),
        ("DescribeLogStreams", "*", False),
    ],
)
def test_an_action_on_a_resource(actions, resources, is_allowed):
    document = {"Statement": [{"Effect": "Allow", "Action": actions, "Resource": resources}]}
    assert allows(document, "logs:DescribeLogStreams", STREAMS) == is_allowed


def test_any_statement_may_allow():
    some = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    right = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    assert allows({"Statement": [some, right]}, "logs:DescribeLogStreams", STREAMS)


def test_what_is_not_played_is_not_taken_for_permission():
    with pytest.raises(ValueError):
        allows({"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}, "logs:x", STREAMS)
