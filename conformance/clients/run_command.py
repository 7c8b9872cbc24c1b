"""Does with boto3 what conformance/boto3.test.ts names, against ENDPOINT; prints a JSON object of what it saw."""

import json
import os

import boto3
from botocore.exceptions import ClientError, WaiterError

url = os.environ["ENDPOINT"]
node_id = os.environ["NODE_ID"]
ssm = boto3.client("ssm", endpoint_url=url)
iam = boto3.client("iam", endpoint_url=url)
sts = boto3.client("sts", endpoint_url=url)
seen = {}


def send(script, **more):
    return ssm.send_command(
        DocumentName="AWS-RunShellScript",
        InstanceIds=[node_id],
        Parameters={"commands": [script]},
        **more,
    )["Command"]


def wait(command_id):
    try:
        ssm.get_waiter("command_executed").wait(
            CommandId=command_id, InstanceId=node_id, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
        )
    except WaiterError as error:
        return error.last_response["Status"]
    return "Success"


def everything(operation, member, **more):
    pages = list(ssm.get_paginator(operation).paginate(**more))
    return {"pages": len(pages), "items": [item for page in pages for item in page[member]]}


def refusal(call, **more):
    """The name of the class that boto3 raises, and the code that came over the wire."""
    try:
        call(**more)
    except ClientError as error:
        return {"class": type(error).__name__, "code": error.response["Error"]["Code"]}
    return None


seen["caller"] = sts.get_caller_identity()["Arn"]

command = send("echo hello; echo oops >&2", Comment="said hello", TimeoutSeconds=60)
seen["sent"] = {"status": command["Status"], "requested": command["RequestedDateTime"].isoformat()}
seen["waited"] = wait(command["CommandId"])
invocation = ssm.get_command_invocation(CommandId=command["CommandId"], InstanceId=node_id)
invocation.pop("ResponseMetadata")
seen["invocation"] = invocation

failing = send("exit 3")["CommandId"]
seen["failed_waited"] = wait(failing)
failed = ssm.get_command_invocation(CommandId=failing, InstanceId=node_id)
seen["failed"] = {name: failed[name] for name in ("Status", "StatusDetails", "ResponseCode")}

sleeping = send("exec sleep 50")["CommandId"]
ssm.cancel_command(CommandId=sleeping)
wait(sleeping)  # the waiter gives up on Cancelling already
while seen.get("cancelled") in (None, "Cancelling"):
    seen["cancelled"] = ssm.get_command_invocation(CommandId=sleeping, InstanceId=node_id)["Status"]

for _ in range(4):
    wait(send("true")["CommandId"])
for _ in range(7):
    ssm.create_activation(IamRole="Node", Description="one of many")

seen["nodes"] = everything("describe_instance_information", "InstanceInformationList", PaginationConfig={"PageSize": 5})
seen["commands"] = everything("list_commands", "Commands", PaginationConfig={"PageSize": 3})
seen["invocations"] = everything(
    "list_command_invocations", "CommandInvocations", Details=True, PaginationConfig={"PageSize": 3}
)
seen["activations"] = everything("describe_activations", "ActivationList", PaginationConfig={"PageSize": 3})

iam.create_user(UserName="nobody")
key = iam.create_access_key(UserName="nobody")["AccessKey"]
nobody = boto3.client(
    "ssm",
    endpoint_url=url,
    aws_access_key_id=key["AccessKeyId"],
    aws_secret_access_key=key["SecretAccessKey"],
)
unknown_id = "00000000-0000-0000-0000-000000000000"
seen["refusals"] = {
    "unknown invocation": refusal(ssm.get_command_invocation, CommandId=unknown_id, InstanceId=node_id),
    "unknown command": refusal(ssm.cancel_command, CommandId=unknown_id),
    "unknown document": refusal(ssm.send_command, DocumentName="No-Such", InstanceIds=[node_id]),
    "unknown node": refusal(
        ssm.send_command,
        DocumentName="AWS-RunShellScript",
        InstanceIds=["mi-00000000000000000"],
        Parameters={"commands": ["true"]},
    ),
    "unknown role": refusal(iam.get_role, RoleName="No-Such"),
    "not allowed": refusal(nobody.describe_instance_information),
    "not served": refusal(ssm.describe_maintenance_windows),
}

print(json.dumps(seen, default=str))
