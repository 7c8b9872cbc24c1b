"""Does with boto3 what conformance/keys.test.ts names, against ENDPOINT; prints a JSON object of what it saw."""

import json
import os

import boto3
from botocore.exceptions import ClientError

kms = boto3.client("kms", endpoint_url=os.environ["ENDPOINT"])
plaintext = b"attack at dawn"
context = {"Purpose": "test"}
seen = {}


def new_key(**more):
    return kms.create_key(**more)["KeyMetadata"]["KeyId"]


def everything(operation, member, size, **more):
    pages = list(kms.get_paginator(operation).paginate(PaginationConfig={"PageSize": size}, **more))
    return {"pages": len(pages), "items": sum(len(page[member]) for page in pages)}


def refusal(call, **more):
    """The name of the class that boto3 raises."""
    try:
        call(**more)
    except ClientError as error:
        return type(error).__name__
    return None


key = new_key(Tags=[{"TagKey": name, "TagValue": ""} for name in ("a", "b", "c")])
other = new_key()
disabled = new_key()
for name in ("alias/a", "alias/b", "alias/c"):
    kms.create_alias(AliasName=name, TargetKeyId=key)

sealed = kms.encrypt(KeyId="alias/a", Plaintext=plaintext, EncryptionContext=context)["CiphertextBlob"]
seen["decrypted"] = kms.decrypt(CiphertextBlob=sealed, EncryptionContext=context)["Plaintext"].decode()
moved = kms.re_encrypt(CiphertextBlob=sealed, SourceEncryptionContext=context, DestinationKeyId=other)["CiphertextBlob"]
seen["re_encrypted"] = kms.decrypt(CiphertextBlob=moved, KeyId=other)["Plaintext"].decode()
seen["data_key"] = len(kms.generate_data_key(KeyId=key, NumberOfBytes=64)["Plaintext"])

seen["keys"] = everything("list_keys", "Keys", 2)
seen["aliases"] = everything("list_aliases", "Aliases", 1)
seen["tags"] = everything("list_resource_tags", "Tags", 2, KeyId=key)

kms.disable_key(KeyId=disabled)
disabled_refusal = refusal(kms.encrypt, KeyId=disabled, Plaintext=plaintext)
kms.schedule_key_deletion(KeyId=disabled, PendingWindowInDays=7)
seen["refusals"] = {
    "unknown key": refusal(kms.describe_key, KeyId="11111111-2222-3333-4444-555555555555"),
    "unknown alias": refusal(kms.encrypt, KeyId="alias/none", Plaintext=plaintext),
    "taken alias": refusal(kms.create_alias, AliasName="alias/a", TargetKeyId=other),
    "reserved alias": refusal(kms.create_alias, AliasName="alias/aws/a", TargetKeyId=other),
    "wrong context": refusal(kms.decrypt, CiphertextBlob=sealed),
    "wrong key": refusal(kms.decrypt, CiphertextBlob=sealed, EncryptionContext=context, KeyId=other),
    "disabled key": disabled_refusal,
    "pending deletion": refusal(kms.encrypt, KeyId=disabled, Plaintext=plaintext),
    "bad policy": refusal(kms.put_key_policy, KeyId=key, PolicyName="default", Policy="{}"),
    "dry run": refusal(kms.encrypt, KeyId=key, Plaintext=plaintext, DryRun=True),
    "bad marker": refusal(kms.list_keys, Marker="!"),
}
print(json.dumps(seen))
