"""
Walks every paginator, and waits with every waiter, that boto3 has for an operation that is served. Which those are is read
from botocore's own files: one that nobody has said how to walk is told as such. Prints a JSON object of what it saw.

SERVED: JSON list of "service:Operation". ENDPOINT: the server. NODE_ID: a node that is connected, of those with the tag
fleet=walked.
"""

import base64
import hashlib
import hmac
import json
import os
import struct
import time

import boto3
from botocore import xform_name

served = {tuple(key.split(":")) for key in json.loads(os.environ["SERVED"])}
node_id = os.environ["NODE_ID"]
services = ["ssm", "iam", "sts", "kms", "resource-groups"]
clients = {service: boto3.client(service, endpoint_url=os.environ["ENDPOINT"]) for service in services}
ssm, iam, kms, groups = (clients[service] for service in ["ssm", "iam", "kms", "resource-groups"])
loader = boto3.session.Session()._loader

trust = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)
policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ssm:*", "Resource": "*"}]})
tags = [{"Key": f"tag-{number}", "Value": "x"} for number in range(3)]
document = json.dumps(
    {
        "schemaVersion": "2.2",
        "mainSteps": [{"action": "aws:runShellScript", "name": "one", "inputs": {"runCommand": ["true"]}}],
    }
)


def code(seed, step):
    """A code of a virtual MFA device (RFC 6238), `step` half minutes from now."""
    counter = struct.pack(">Q", int(time.time()) // 30 + step)
    digest = hmac.new(base64.b32decode(seed), counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return "%06d" % ((struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000)


# A world in which there are at least two of everything.
role = iam.create_role(RoleName="walked", AssumeRolePolicyDocument=trust, Tags=tags)["Role"]
user = iam.create_user(UserName="walked", Tags=tags)["User"]
iam.create_group(GroupName="walked")
policies = []
for number in range(3):
    name = f"walked-{number}"
    policies.append(iam.create_policy(PolicyName=name, PolicyDocument=policy, Tags=tags)["Policy"]["Arn"])
    iam.create_user(UserName=name)
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    iam.create_group(GroupName=name)
    iam.add_user_to_group(GroupName="walked", UserName=name)
    iam.add_user_to_group(GroupName=name, UserName="walked")
    iam.put_user_policy(UserName="walked", PolicyName=name, PolicyDocument=policy)
    iam.put_role_policy(RoleName="walked", PolicyName=name, PolicyDocument=policy)
    iam.put_group_policy(GroupName="walked", PolicyName=name, PolicyDocument=policy)
    iam.attach_user_policy(UserName="walked", PolicyArn=policies[number])
    iam.attach_role_policy(RoleName="walked", PolicyArn=policies[number])
    iam.attach_group_policy(GroupName="walked", PolicyArn=policies[number])
    iam.attach_user_policy(UserName=name, PolicyArn=policies[0])
    iam.create_policy_version(PolicyArn=policies[0], PolicyDocument=policy)
    iam.create_instance_profile(InstanceProfileName=name, Tags=tags)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName="walked")
for _ in range(2):
    iam.create_access_key(UserName="walked")
iam.create_account_alias(AccountAlias="walked")
provider = iam.create_open_id_connect_provider(
    Url="https://issuer.example.com", ClientIDList=["x"], ThumbprintList=["0" * 40], Tags=tags
)
devices = []
for number in range(2):
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=f"walked-{number}", Tags=tags)["VirtualMFADevice"]
    devices.append(device["SerialNumber"])
    seed = device["Base32StringSeed"]
    iam.enable_mfa_device(
        UserName="walked",
        SerialNumber=device["SerialNumber"],
        AuthenticationCode1=code(seed, -1),
        AuthenticationCode2=code(seed, 0),
    )

keys = [kms.create_key(Tags=[{"TagKey": tag["Key"], "TagValue": "x"} for tag in tags])["KeyMetadata"] for _ in range(3)]
for number, key in enumerate(keys):
    kms.create_alias(AliasName=f"alias/walked-{number}", TargetKeyId=key["KeyId"])
    kms.rotate_key_on_demand(KeyId=keys[0]["KeyId"])

for number in range(3):
    ssm.create_activation(IamRole="walked")
    ssm.put_parameter(Name=f"/walked/{number}", Type="String", Value="x")
    ssm.put_parameter(Name="/walked/0", Type="String", Value=f"{number}", Overwrite=True)
    ssm.create_document(Name=f"walked-{number}", DocumentType="Command", Content=document)
    if number > 0:
        changed = document.replace("one", f"step{number}")
        ssm.update_document(Name="walked-0", Content=changed, DocumentVersion="$LATEST")
    ssm.start_session(Target=node_id)
    groups.create_group(
        Name=f"walked-{number}",
        ResourceQuery={
            "Type": "TAG_FILTERS_1_0",
            "Query": json.dumps(
                {
                    "ResourceTypeFilters": ["AWS::SSM::ManagedInstance"],
                    "TagFilters": [{"Key": "fleet", "Values": ["walked"]}],
                }
            ),
        },
    )
    command = ssm.send_command(
        DocumentName="AWS-RunShellScript",
        Targets=[{"Key": "tag:fleet", "Values": ["walked"]}],
        Parameters={"commands": ["true"]},
    )["Command"]["CommandId"]

simulated = ["ssm:SendCommand", "ssm:StartSession", "ssm:GetDocument"]
query = groups.get_group_query(GroupName="walked-0")["GroupQuery"]["ResourceQuery"]

# What has to be said beside the size of a page.
paginators = {
    ("ssm", "DescribeActivations"): {},
    ("ssm", "DescribeInstanceInformation"): {},
    ("ssm", "DescribeInstanceProperties"): {},
    ("ssm", "DescribeParameters"): {},
    ("ssm", "DescribeSessions"): {"State": "Active"},
    ("ssm", "GetParameterHistory"): {"Name": "/walked/0"},
    ("ssm", "GetParametersByPath"): {"Path": "/walked"},
    ("ssm", "ListCommandInvocations"): {},
    ("ssm", "ListCommands"): {},
    ("ssm", "ListDocumentVersions"): {"Name": "walked-0"},
    ("ssm", "ListDocuments"): {},
    ("ssm", "ListNodes"): {},
    ("ssm", "ListNodesSummary"): {
        "Aggregators": [{"AggregatorType": "Count", "TypeName": "Instance", "AttributeName": "PlatformVersion"}]
    },
    ("iam", "GetAccountAuthorizationDetails"): {},
    ("iam", "GetGroup"): {"GroupName": "walked"},
    ("iam", "ListAccessKeys"): {"UserName": "walked"},
    ("iam", "ListAccountAliases"): {},
    ("iam", "ListAttachedGroupPolicies"): {"GroupName": "walked"},
    ("iam", "ListAttachedRolePolicies"): {"RoleName": "walked"},
    ("iam", "ListAttachedUserPolicies"): {"UserName": "walked"},
    ("iam", "ListEntitiesForPolicy"): {"PolicyArn": policies[0]},
    ("iam", "ListGroupPolicies"): {"GroupName": "walked"},
    ("iam", "ListGroups"): {},
    ("iam", "ListGroupsForUser"): {"UserName": "walked"},
    ("iam", "ListInstanceProfileTags"): {"InstanceProfileName": "walked-0"},
    ("iam", "ListInstanceProfiles"): {},
    ("iam", "ListInstanceProfilesForRole"): {"RoleName": "walked"},
    ("iam", "ListMFADeviceTags"): {"SerialNumber": devices[0]},
    ("iam", "ListMFADevices"): {"UserName": "walked"},
    ("iam", "ListOpenIDConnectProviderTags"): {"OpenIDConnectProviderArn": provider["OpenIDConnectProviderArn"]},
    ("iam", "ListPolicies"): {},
    ("iam", "ListPolicyTags"): {"PolicyArn": policies[0]},
    ("iam", "ListPolicyVersions"): {"PolicyArn": policies[0]},
    ("iam", "ListRolePolicies"): {"RoleName": "walked"},
    ("iam", "ListRoleTags"): {"RoleName": "walked"},
    ("iam", "ListRoles"): {},
    ("iam", "ListUserPolicies"): {"UserName": "walked"},
    ("iam", "ListUserTags"): {"UserName": "walked"},
    ("iam", "ListUsers"): {},
    ("iam", "ListVirtualMFADevices"): {},
    ("iam", "SimulateCustomPolicy"): {"PolicyInputList": [policy], "ActionNames": simulated},
    ("iam", "SimulatePrincipalPolicy"): {"PolicySourceArn": user["Arn"], "ActionNames": simulated},
    ("kms", "ListAliases"): {},
    ("kms", "ListKeyPolicies"): {"KeyId": keys[0]["KeyId"]},
    ("kms", "ListKeyRotations"): {"KeyId": keys[0]["KeyId"]},
    ("kms", "ListKeys"): {},
    ("kms", "ListResourceTags"): {"KeyId": keys[0]["KeyId"]},
    ("resource-groups", "ListGroupResources"): {"Group": "walked-0"},
    ("resource-groups", "ListGroups"): {},
    ("resource-groups", "SearchResources"): {"ResourceQuery": query},
}
waiters = {
    ("ssm", "CommandExecuted"): {"CommandId": command, "InstanceId": node_id},
    ("iam", "InstanceProfileExists"): {"InstanceProfileName": "walked-0"},
    ("iam", "PolicyExists"): {"PolicyArn": policies[0]},
    ("iam", "RoleExists"): {"RoleName": "walked"},
    ("iam", "UserExists"): {"UserName": "walked"},
}


def offered(service, file, member):
    """What botocore's file of a service offers; some services have no such file."""
    if file not in [name for name in ["paginators-1", "waiters-2"] if service in loader.list_available_services(name)]:
        return {}
    return loader.load_service_model(service, file)[member]


def texts(pages, result_keys):
    return [
        f"{key}: {json.dumps(item, default=str, sort_keys=True)}"
        for key in result_keys
        for page in pages
        for item in page.get(key, [])
    ]


def walk(service, operation, more):
    client = clients[service]
    rule = offered(service, "paginators-1", "pagination")[operation]
    members = client.meta.service_model.operation_model(operation).input_shape.members
    smallest = members[rule["limit_key"]].metadata.get("min", 1)
    result_keys = rule["result_key"] if isinstance(rule["result_key"], list) else [rule["result_key"]]
    paginator = client.get_paginator(xform_name(operation))
    pages = list(paginator.paginate(**more, PaginationConfig={"PageSize": max(smallest, 1)}))
    walked = texts(pages, result_keys)
    whole = texts(list(paginator.paginate(**more)), result_keys)
    return {
        "pages": len(pages),
        "items": len(walked),
        "distinct": len(set(walked)),
        "largestPage": max(len(texts([page], [key])) for page in pages for key in result_keys),
        "pageSize": max(smallest, 1),
        "missing": sorted(set(whole) - set(walked)),
        "alien": sorted(set(walked) - set(whole)),
    }


seen = {"paginators": {}, "waiters": {}, "unknown": [], "notOffered": []}
remaining = {*paginators, *waiters}
for service in services:
    for operation in offered(service, "paginators-1", "pagination"):
        if (service, operation) not in served:
            continue
        remaining.discard((service, operation))
        if (service, operation) not in paginators:
            seen["unknown"].append(f"{service}:{operation}")
            continue
        seen["paginators"][f"{service}:{operation}"] = walk(service, operation, paginators[(service, operation)])
    for name, rule in offered(service, "waiters-2", "waiters").items():
        if (service, rule["operation"]) not in served:
            continue
        remaining.discard((service, name))
        if (service, name) not in waiters:
            seen["unknown"].append(f"{service}:{name}")
            continue
        waiter = clients[service].get_waiter(xform_name(name))
        waiter.wait(**waiters[(service, name)], WaiterConfig={"Delay": 1, "MaxAttempts": 30})
        seen["waiters"][f"{service}:{name}"] = "waited"
seen["notOffered"] = sorted(":".join(key) for key in remaining)
print(json.dumps(seen))
