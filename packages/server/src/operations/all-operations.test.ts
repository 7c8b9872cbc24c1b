import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { allow, given } from '@fairlead/testkit/given'
import { codecs, type ServiceId } from '@fairlead/wire/codec'
import { serviceModel } from '@fairlead/wire/service-models'
import { operations } from './registry.ts'

/** Operations that no policy decides about, each with its reason. The list may only shrink. */
const withoutPolicy: Readonly<Record<string, string>> = {
  'sts:GetCallerIdentity': 'AWS answers it to everybody who can sign, even under an explicit Deny',
  'ssm:RegisterManagedInstance': 'unsigned: the activation code is the proof',
  'ssm:RequestManagedInstanceRoleToken': "signed with the node's own key, before it has a role's credentials",
  'ssm:UpdateManagedInstancePublicKey': "signed with the node's own key",
  'ssmmessages:OpenControlChannel': 'a websocket, tested with the channels',
  'ssmmessages:OpenDataChannel': 'a websocket, tested with the channels; the token of a client is its proof',
}

/** The error code of an operation's answer, or OK. */
async function codeFor(caller: ApiClient, key: string, input: Readonly<Record<string, unknown>>): Promise<string> {
  const [service = '', name = ''] = key.split(':')
  const codec = codecs[service as ServiceId]
  if (codec.protocol === 'query') {
    const form = new URLSearchParams({ Action: name, Version: codec.apiVersion })
    formOf(input, '', form)
    const text = form.toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await caller.send({ service, headers, body: Buffer.from(text) })
    return answer.status === 200 ? 'OK' : (/<Code>([^<]*)/.exec(answer.body.toString())?.[1] ?? String(answer.status))
  }
  const isChannel = codec.protocol === 'rest-channel'
  const headers: Record<string, string> = isChannel
    ? { 'content-type': 'application/json' }
    : { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${codec.targetPrefixes[0]}.${name}` }
  const channel =
    name === 'CreateDataChannel' ? 'data-channel/alice-00000000000000000' : 'control-channel/mi-00000000000000000'
  const target = isChannel ? `/v1/${channel}` : '/'
  const answer = await caller.send({ service, headers, target, body: Buffer.from(JSON.stringify(input)) })
  if (answer.status < 300) return 'OK'
  const body = answer.body.toString()
  return /"__type":"([^"]*)|<Code>([^<]*)/.exec(body)?.slice(1).find(Boolean) ?? body
}

/** A node can act only as itself (design D6): no policy lets anybody else make these calls. */
const forNodesOnly: ReadonlySet<string> = new Set([
  'ssm:UpdateInstanceInformation',
  'ssm:ListInstanceAssociations',
  'ssm:UpdateInstanceAssociationStatus',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ec2messages:GetMessages',
  'ec2messages:AcknowledgeMessage',
  'ec2messages:SendReply',
  'ec2messages:FailMessage',
  'ec2messages:DeleteMessage',
])

/** Of a key or a role that nobody has, AWS says the same as of one that the caller may not use. */
const deniedWhenUnknown: ReadonlySet<string> = new Set(['iam:GetAccessKeyLastUsed', 'sts:AssumeRole'])

const keys = [...operations.keys()]
const decided = keys.filter((key) => withoutPolicy[key] === undefined)
const unsigned = new Set(['MissingAuthenticationTokenException', 'MissingAuthenticationToken'])
const unknown = new Set(['UnrecognizedClientException', 'InvalidClientTokenId'])
const denied = new Set(['AccessDeniedException', 'AccessDenied'])

test('nobody without a signature, or with an unknown key, gets to any operation that asks for one', async (t) => {
  const { client } = await given(t)
  const stranger = client({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' })

  for (const key of decided) {
    assert.ok(unsigned.has(await codeFor(client(undefined), key, {})), `${key}, unsigned`)
    assert.ok(unknown.has(await codeFor(stranger, key, {})), `${key}, unknown key`)
  }
})

test('a caller without policies gets to no operation', async (t) => {
  const { caller } = await given(t, { policies: [] })

  for (const key of decided) {
    const code = await codeFor(caller, key, smallestInput(key))
    assert.ok(denied.has(code), `${key} answered ${code}`)
  }
})

test('an allowed caller is not denied', async (t) => {
  const { caller } = await given(t, { policies: [allow('*')] })

  for (const key of decided) {
    if (forNodesOnly.has(key) || deniedWhenUnknown.has(key)) continue
    const code = await codeFor(caller, key, smallestInput(key))
    assert.ok(!denied.has(code) && !unsigned.has(code), `${key} answered ${code}`)
  }
})

test('the exceptions to authorisation are served operations', () => {
  assert.deepEqual(
    Object.keys(withoutPolicy).filter((key) => !operations.has(key)),
    [],
  )
})

/** What any operation may answer without its model saying so. */
const general: ReadonlySet<string> = new Set([
  'ValidationException',
  'ValidationError',
  'AccessDeniedException',
  'AccessDenied',
  'InternalServerError',
  'ServiceFailure',
  'ThrottlingException',
  // STS, of session tags.
  'InvalidParameterValue',
])

test('an operation throws no error that its model does not list', () => {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  const wrong: string[] = []
  for (const { service, name } of operations.values()) {
    const file = name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `-${letter}`).toLowerCase()
    const text = readFileSync(join(folder, service, `${file}.ts`), 'utf8')
    const listed = codecs[service].operation(name)?.errors ?? []
    for (const [, code = ''] of text.matchAll(/new ServiceError\(\s*'([A-Za-z.]+)'/g)) {
      if (!listed.includes(code) && !general.has(code)) wrong.push(`${name}: ${code}`)
    }
  }
  assert.deepEqual(wrong, [])
})

test('every error code in the sources of operations is one that its service knows', () => {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  const unknownCodes: string[] = []
  for (const service of ['ssm', 'iam', 'sts', 'kms', 'ec2messages', 'ssmmessages', 'fairlead'] as const) {
    const { errors } = serviceModel(service)
    for (const file of readdirSync(join(folder, service)).filter((name) => !name.endsWith('.test.ts'))) {
      const text = readFileSync(join(folder, service, file), 'utf8')
      for (const [, code = ''] of text.matchAll(/new ServiceError\(\s*'([A-Za-z.]+)'/g)) {
        if (!Object.hasOwn(errors, code) && !general.has(code)) unknownCodes.push(`${service}/${file}: ${code}`)
      }
    }
  }
  assert.deepEqual(unknownCodes, [])
})

/** A value for every member that some served operation requires; a new one without a sample fails here by itself. */
const samples: Readonly<Record<string, unknown>> = {
  UserName: 'somebody',
  GroupName: 'some',
  AccountAlias: 'some',
  InstanceProfileName: 'some',
  RoleName: 'some',
  RoleArn: 'arn:aws:iam::123456789012:role/some',
  RoleSessionName: 'session',
  PolicyName: 'some',
  PolicyArn: 'arn:aws:iam::123456789012:policy/some',
  PermissionsBoundary: 'arn:aws:iam::123456789012:policy/some',
  PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
  AssumeRolePolicyDocument:
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ssm.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
  AccessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  Status: 'Active',
  VersionId: 'v1',
  InstanceId: 'mi-00000000000000000',
  AssociationId: '00000000-0000-0000-0000-000000000000',
  ExecutionResult: { Status: 'Success', ExecutionDate: 1, ExecutionSummary: 'done' },
  CommandId: '00000000-0000-0000-0000-000000000000',
  DocumentName: 'AWS-RunShellScript',
  ActivationId: '00000000-0000-0000-0000-000000000000',
  IamRole: 'some',
  ResourceType: 'ManagedInstance',
  ResourceId: 'mi-00000000000000000',
  Tags: [{ Key: 'role', Value: 'web' }],
  TagKeys: ['role'],
  AgentVersion: '1.0.0.0',
  Destination: 'mi-00000000000000000',
  MessageId: 'aws.ssm.00000000-0000-0000-0000-000000000000.mi-00000000000000000',
  MessagesRequestId: '00000000-0000-0000-0000-000000000000',
  MessageSchemaVersion: '1.0',
  RequestId: '00000000-0000-0000-0000-000000000000',
  ReplyId: '00000000-0000-0000-0000-000000000000',
  Payload: '{"documentStatus":"Success"}',
  FailureType: 'NoHandlerExists',
  Name: 'SSM-SessionManagerRunShell',
  Content: '{}',
  DocumentVersion: '1',
  Target: 'mi-00000000000000000',
  SessionId: 'alice-00000000000000000',
  State: 'Active',
  KeyId: '00000000-0000-0000-0000-000000000000',
  TargetKeyId: '00000000-0000-0000-0000-000000000000',
  DestinationKeyId: '00000000-0000-0000-0000-000000000000',
  AliasName: 'alias/some',
  Plaintext: 'c2VjcmV0',
  Description: 'some',
  Policy: '{}',
}

/** What an operation needs before it can say what it touches, although its model does not require it or others call it otherwise. */
const alsoNeeded: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  // The key is named in the ciphertext.
  'kms:Decrypt': { CiphertextBlob: Buffer.alloc(80, 1).toString('base64') },
  'kms:TagResource': { Tags: [{ TagKey: 'role', TagValue: 'web' }] },
  'kms:ReEncrypt': { CiphertextBlob: Buffer.alloc(80, 1).toString('base64') },
}

/** What an operation's model requires, and nothing else. */
function smallestInput(key: string): Record<string, unknown> {
  const [service = '', name = ''] = key.split(':')
  const { operations: rows, shapes } = serviceModel(service as ServiceId)
  const required = shapes[rows[name]?.input ?? '']?.required ?? []
  const needed = required.map((member) => {
    assert.ok(member in samples, `${key} requires ${member}: give it a sample`)
    return [member, samples[member]]
  })
  return { ...Object.fromEntries(needed), ...alsoNeeded[key] }
}

/** As the query protocol writes lists and structures. */
function formOf(value: unknown, prefix: string, into: URLSearchParams): void {
  if (Array.isArray(value))
    for (const [index, item] of value.entries()) formOf(item, `${prefix}.member.${index + 1}`, into)
  else if (typeof value !== 'object' || value === null) into.set(prefix, String(value))
  else for (const [name, item] of Object.entries(value)) formOf(item, prefix === '' ? name : `${prefix}.${name}`, into)
}
