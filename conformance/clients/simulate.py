"""Asks SimulateCustomPolicy with boto3 about the cases in VECTORS, against ENDPOINT; prints what it answered, in JSON."""

import json
import os

import boto3

iam = boto3.client("iam", endpoint_url=os.environ["ENDPOINT"])
names = {"allowed": "Allowed", "explicitDeny": "ExplicitlyDenied", "implicitDeny": "ImplicitlyDenied"}
with open(os.environ["VECTORS"], encoding="utf-8") as file:
    lines = [json.loads(line) for line in file]
policies = {line["policy"]: json.dumps(line["document"]) for line in lines if "policy" in line}


def entry(key, value):
    kind = "stringList" if isinstance(value, list) else "string"
    return {
        "ContextKeyName": key,
        "ContextKeyValues": value if isinstance(value, list) else [value],
        "ContextKeyType": kind,
    }


def ask(case):
    asked = {
        "PolicyInputList": [policies[name] for name in case["identity"]],
        "ActionNames": [case["action"]],
        "ResourceArns": [case["on"]],
        "ContextEntries": [entry(key, value) for key, value in case.get("context", {}).items()],
    }
    if "boundary" in case:
        asked["PermissionsBoundaryPolicyInputList"] = [policies[case["boundary"]]]
    if "resource" in case:
        asked["ResourcePolicy"] = policies[case["resource"]]
        asked["CallerArn"] = case["principal"]
    if "owner" in case:
        asked["ResourceOwner"] = f"arn:aws:iam::{case['owner']}:root"
    return asked


def why_not(case):
    """What the API has no words for."""
    if ":user/" not in case["principal"]:
        return "only users can be simulated"
    if any(part in case for part in ("session", "scps", "required")):
        return "session and organization policies, and required grants, are no parameters"
    if not case["identity"]:
        return "a list of policies is not empty"
    return None


answers = []
for case in (line for line in lines if "case" in line):
    reason = why_not(case)
    answer = {"case": case["case"], "expect": case["expect"]}
    if reason is not None:
        answers.append({**answer, "skipped": reason})
        continue
    try:
        [result] = iam.simulate_custom_policy(**ask(case))["EvaluationResults"]
        answers.append({**answer, "got": names[result["EvalDecision"]]})
    except iam.exceptions.InvalidInputException as error:
        answers.append({**answer, "refused": str(error)})
    except Exception as error:  # what botocore itself refuses to send
        answers.append({**answer, "unsaid": f"{type(error).__name__}: {error}"[:200]})

pages = iam.get_paginator("simulate_custom_policy").paginate(
    PolicyInputList=[policies[next(iter(policies))]],
    ActionNames=["ssm:SendCommand", "ssm:StartSession", "ssm:GetDocument"],
    PaginationConfig={"PageSize": 2},
)
paged = [result["EvalActionName"] for page in pages for result in page["EvaluationResults"]]
print(json.dumps({"answers": answers, "paged": paged}))
