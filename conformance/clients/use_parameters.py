"""Does with boto3 what conformance/parameters.test.ts names, against ENDPOINT; prints a JSON object of what it saw."""

import json
import os

import boto3
from botocore.exceptions import ClientError

ssm = boto3.client("ssm", endpoint_url=os.environ["ENDPOINT"])
seen = {}


def everything(operation, size, **more):
    pages = list(ssm.get_paginator(operation).paginate(PaginationConfig={"PageSize": size}, **more))
    return {"pages": len(pages), "values": [item.get("Value", item["Name"]) for page in pages for item in page["Parameters"]]}


def refusal(call, **more):
    """The name of the class that boto3 raises."""
    try:
        call(**more)
    except ClientError as error:
        return type(error).__name__
    return None


for letter in "abcde":
    ssm.put_parameter(Name=f"/app/{letter}", Value=letter, Type="SecureString")
ssm.put_parameter(Name="/app/deep/er", Value="deep", Type="StringList")
for version in range(2, 6):
    ssm.put_parameter(Name="/app/a", Value=f"a{version}", Overwrite=True)

seen["path"] = everything("get_parameters_by_path", 2, Path="/app", WithDecryption=True)
seen["recursive"] = everything("get_parameters_by_path", 10, Path="/app/", Recursive=True, WithDecryption=True)
seen["history"] = everything("get_parameter_history", 2, Name="/app/a", WithDecryption=True)
seen["described"] = everything(
    "describe_parameters", 4, ParameterFilters=[{"Key": "Path", "Option": "Recursive", "Values": ["/app"]}]
)

policy = '[{"Type":"Expiration","Version":"1.0","Attributes":{"Timestamp":"2020-01-01T00:00:00Z"}}]'
put = ssm.put_parameter
seen["refusals"] = {
    "unknown": refusal(ssm.get_parameter, Name="none"),
    "unknown version": refusal(ssm.get_parameter, Name="/app/a:77"),
    "taken": refusal(put, Name="/app/a", Value="x", Type="SecureString"),
    "another type": refusal(put, Name="/app/a", Value="x", Type="String", Overwrite=True),
    "too deep": refusal(put, Name="/x" * 16, Value="x", Type="String"),
    "pattern": refusal(put, Name="p", Value="x", Type="String", AllowedPattern="^[0-9]+$"),
    "bad pattern": refusal(put, Name="p", Value="x", Type="String", AllowedPattern="("),
    "bad policy": refusal(put, Name="p", Value="x", Type="String", Tier="Advanced", Policies=policy),
    "unknown key": refusal(put, Name="p", Value="x", Type="SecureString", KeyId="alias/none"),
    "bad filter": refusal(ssm.describe_parameters, ParameterFilters=[{"Key": "Label", "Values": ["x"]}]),
    "bad token": refusal(ssm.describe_parameters, NextToken="x"),
}
print(json.dumps(seen))
