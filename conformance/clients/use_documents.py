"""Does with boto3 what conformance/documents.test.ts names, against ENDPOINT; prints a JSON object of what it saw."""

import json
import os

import boto3
from botocore.exceptions import ClientError

ssm = boto3.client("ssm", endpoint_url=os.environ["ENDPOINT"])
seen = {}


def content(word):
    step = {"action": "aws:runShellScript", "name": "say", "inputs": {"runCommand": [f"echo {word}"]}}
    return json.dumps({"schemaVersion": "2.2", "mainSteps": [step]})


def refusal(call, **more):
    """The name of the class that boto3 raises."""
    try:
        call(**more)
    except ClientError as error:
        return type(error).__name__
    return None


def text_of(call, **more):
    """What boto3 says of a refusal: its code and its message."""
    try:
        call(**more)
    except ClientError as error:
        return f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
    return None


def walk():
    """A document of one's own from its creation to its end."""
    greet, node = os.environ["GREET"], os.environ["NODE_ID"]
    ssm.create_document(Name="Hello", Content=greet, DocumentType="Command", DocumentFormat="YAML")
    described = ssm.describe_document(Name="Hello")["Document"]
    as_yaml = ssm.get_document(Name="Hello", DocumentFormat="YAML")["Content"]
    as_json = ssm.get_document(Name="Hello")["Content"]
    again = greet.replace("Say hello.", "Say it again.")
    ssm.update_document(Name="Hello", DocumentVersion="$LATEST", DocumentFormat="YAML", Content=again)
    ssm.update_document_default_version(Name="Hello", DocumentVersion="2")
    versions = ssm.list_document_versions(Name="Hello")["DocumentVersions"]
    old = [{"key": "DocumentType", "value": "Command"}, {"key": "Owner", "value": "Self"}, {"key": "Name", "value": "Hello"}]
    found = ssm.list_documents(DocumentFilterList=old)["DocumentIdentifiers"]

    given = {"name": ["ann"], "words": ["goodbye", "hello"]}
    sent = ssm.send_command(DocumentName="Hello", DocumentVersion="1", InstanceIds=[node], Parameters=given)
    one = {"CommandId": sent["Command"]["CommandId"], "InstanceId": node}
    ssm.get_waiter("command_executed").wait(**one, PluginName="last", WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    outputs = {
        name: ssm.get_command_invocation(**one, PluginName=name)["StandardOutputContent"] for name in ("greet", "last")
    }
    wrong = text_of(ssm.send_command, DocumentName="Hello", InstanceIds=[node], Parameters={"name": ["$(id)"]})
    unknown = text_of(ssm.get_document, Name="Broken")

    permission = {"Name": "Hello", "PermissionType": "Share"}
    accounts = ["111111111111", "all"]
    ssm.modify_document_permission(**permission, AccountIdsToAdd=accounts)
    shared_with = ssm.describe_document_permission(**permission)["AccountIds"]
    shared = text_of(ssm.delete_document, Name="Hello")
    ssm.modify_document_permission(**permission, AccountIdsToRemove=accounts)
    ssm.delete_document(Name="Hello")
    return {
        "described": {
            "platforms": described["PlatformTypes"],
            "default": described["Parameters"][0]["DefaultValue"],
        },
        "yaml": as_yaml,
        "json": as_json,
        "versions": [[version["DocumentVersion"], version["IsDefaultVersion"]] for version in versions],
        "old filters": [[document["Name"], document.get("DisplayName")] for document in found],
        "outputs": outputs,
        "wrong": wrong,
        "unknown": unknown,
        "shared with": shared_with,
        "shared": shared,
        "deleted": text_of(ssm.describe_document, Name="Hello"),
    }


seen["greet"] = walk()

for number in range(5):
    ssm.create_document(Name=f"Doc-{number}", Content=content("one"), DocumentType="Command")
for number in range(2, 6):
    ssm.update_document(Name="Doc-0", Content=content(number), VersionName=f"v{number}")

pages = list(
    ssm.get_paginator("list_documents").paginate(
        Filters=[{"Key": "Owner", "Values": ["Self"]}, {"Key": "Name", "Values": ["Doc-"]}],
        PaginationConfig={"PageSize": 2},
    )
)
seen["documents"] = {
    "pages": len(pages),
    "names": [document["Name"] for page in pages for document in page["DocumentIdentifiers"]],
}
pages = list(ssm.get_paginator("list_document_versions").paginate(Name="Doc-0", PaginationConfig={"PageSize": 2}))
seen["versions"] = {
    "pages": len(pages),
    "numbers": [version["DocumentVersion"] for page in pages for version in page["DocumentVersions"]],
}

bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
)
create, update = ssm.create_document, ssm.update_document
seen["refusals"] = {
    "taken": refusal(create, Name="Doc-0", Content=content("one")),
    "too large": refusal(create, Name="Large", Content=content("x" * 65536)),
    "a bomb": refusal(create, Name="Bomb", Content=bomb, DocumentFormat="YAML"),
    "another schema": refusal(create, Name="Old", Content=content("x").replace("2.2", "0.3")),
    "the same content": refusal(update, Name="Doc-0", Content=content(3)),
    "the same version name": refusal(update, Name="Doc-0", Content=content("new"), VersionName="v2"),
    "an unknown version": refusal(ssm.get_document, Name="Doc-0", DocumentVersion="77"),
    "an unknown document": refusal(ssm.describe_document, Name="Nothing"),
    "an unknown filter": refusal(ssm.list_documents, Filters=[{"Key": "Colour", "Values": ["red"]}]),
    "the default version": refusal(ssm.delete_document, Name="Doc-0", DocumentVersion="1"),
}
print(json.dumps(seen))
