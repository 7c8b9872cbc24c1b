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


for number in range(5):
    ssm.create_document(Name=f"Doc-{number}", Content=content("one"), DocumentType="Command")
for number in range(2, 6):
    ssm.update_document(Name="Doc-0", Content=content(number), VersionName=f"v{number}")

pages = list(
    ssm.get_paginator("list_documents").paginate(
        Filters=[{"Key": "Owner", "Values": ["Self"]}, {"Key": "DocumentType", "Values": ["Command"]}],
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
