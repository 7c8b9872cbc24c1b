"""Does with boto3 what conformance/nodes.test.ts names, against ENDPOINT; prints a JSON object of what it saw."""

import json
import os

import boto3

ssm = boto3.client("ssm", endpoint_url=os.environ["ENDPOINT"])


def everything(operation, key, size, **more):
    pages = list(ssm.get_paginator(operation).paginate(PaginationConfig={"PageSize": size}, **more))
    return len(pages), [item for page in pages for item in page[key]]


seen = {}
for operation, key, name, size in [
    ("list_nodes", "Nodes", "Id", 2),
    ("describe_instance_properties", "InstanceProperties", "InstanceId", 5),
    ("describe_instance_information", "InstanceInformationList", "InstanceId", 5),
]:
    count, items = everything(operation, key, size)
    seen[operation] = {"pages": count, "ids": [item[name] for item in items]}
by_region = [{"AggregatorType": "Count", "TypeName": "Instance", "AttributeName": "Region"}]
seen["summary"] = everything("list_nodes_summary", "Summary", 1, Aggregators=by_region)[1]
seen["activations"] = len(everything("describe_activations", "ActivationList", 2)[1])

print(json.dumps(seen))
