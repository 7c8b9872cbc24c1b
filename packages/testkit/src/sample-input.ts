import assert from 'node:assert/strict'
import type { ServiceId } from '@fairlead/wire/codec'
import type { Model, ModelReference } from '@fairlead/wire/model/model'
import { serviceModel } from '@fairlead/wire/service-models'

/** A value for every member that some served operation requires; a new one without a sample fails here by itself. */
const samples: Readonly<Record<string, unknown>> = {
  UserName: 'somebody',
  GroupName: 'some',
  AccountAlias: 'some',
  InstanceProfileName: 'some',
  VirtualMFADeviceName: 'some',
  SerialNumber: 'arn:aws:iam::123456789012:mfa/some',
  OldPassword: 'Old-password-1',
  NewPassword: 'New-password-1',
  Url: 'https://localhost',
  OpenIDConnectProviderArn: 'arn:aws:iam::123456789012:oidc-provider/localhost',
  ClientID: 'some',
  ThumbprintList: ['0000000000000000000000000000000000000000'],
  WebIdentityToken: 'some',
  AuthenticationCode1: '000000',
  AuthenticationCode2: '000000',
  RoleName: 'some',
  RoleArn: 'arn:aws:iam::123456789012:role/some',
  ServiceRoleArn: 'arn:aws:iam::123456789012:role/some',
  RoleSessionName: 'session',
  PolicyName: 'some',
  PolicyArn: 'arn:aws:iam::123456789012:policy/some',
  PermissionsBoundary: 'arn:aws:iam::123456789012:policy/some',
  PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
  AssumeRolePolicyDocument:
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ssm.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
  AccessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  ResourceQuery: { Type: 'TAG_FILTERS_1_0', Query: '{"ResourceTypeFilters":["AWS::AllSupported"]}' },
  Arn: 'arn:aws:resource-groups:us-east-1:123456789012:group/some',
  Keys: ['role'],
  EncodedMessage: '00000000-0000-0000-0000-000000000000',
  PolicySourceArn: 'arn:aws:iam::123456789012:user/somebody',
  PolicyInputList: ['{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'],
  ActionNames: ['ssm:SendCommand'],
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
  SettingId: '/ssm/managed-instance/activation-tier',
  SettingValue: 'advanced',
  Aggregators: [{ AggregatorType: 'Count', TypeName: 'Instance', AttributeName: 'PlatformType' }],
  AgentVersion: '1.0.0.0',
  Version: '1.0.0',
  Platform: 'linux',
  Architecture: 'x64',
  Offset: 0,
  Fingerprint: 'some',
  PublicKey: 'A'.repeat(392),
  PublicKeyType: 'Rsa',
  NewPublicKey: 'A'.repeat(392),
  NewPublicKeyType: 'Rsa',
  Destination: 'mi-00000000000000000',
  MessageId: 'aws.ssm.00000000-0000-0000-0000-000000000000.mi-00000000000000000',
  MessagesRequestId: '00000000-0000-0000-0000-000000000000',
  MessageSchemaVersion: '1.0',
  RequestId: '00000000-0000-0000-0000-000000000000',
  ReplyId: '00000000-0000-0000-0000-000000000000',
  Payload: '{"documentStatus":"Success"}',
  FailureType: 'NoHandlerExists',
  Name: 'SSM-SessionManagerRunShell',
  Names: ['some'],
  Value: 'some',
  Path: '/some',
  Labels: ['some'],
  ParameterVersion: 1,
  Content: '{}',
  PermissionType: 'Share',
  Metadata: 'DocumentReviews',
  DocumentReviews: { Action: 'SendForReview' },
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
  'resource-groups:Tag': { Tags: { role: 'web' } },
  'kms:ReEncrypt': { CiphertextBlob: Buffer.alloc(80, 1).toString('base64') },
}

/** A value that a member of this name can have, where one is known. */
export function sampleOf(member: string): unknown {
  return Object.hasOwn(samples, member) ? samples[member] : undefined
}

/** What the model of an operation (`service:Name`) requires, and nothing else, as a client writes it. */
export function smallestInput(key: string): Record<string, unknown> {
  const [service = '', name = ''] = key.split(':')
  const { operations: rows, shapes } = serviceModel(service as ServiceId)
  const required = shapes[rows[name]?.input ?? '']?.required ?? []
  const needed = required.map((member) => {
    assert.ok(member in samples, `${key} requires ${member}: give it a sample`)
    return [member, samples[member]]
  })
  return { ...Object.fromEntries(needed), ...alsoNeeded[key] }
}

/** A value for every member that an operation's model has, as the operation sees it: decoded. */
export function fullInput(key: string): Record<string, unknown> {
  const [service = '', name = ''] = key.split(':')
  const { operations: rows, shapes } = serviceModel(service as ServiceId)
  const input = rows[name]?.input
  return input === undefined
    ? {}
    : { ...(filled(shapes, input, name, 0) as Record<string, unknown>), ...alsoNeeded[key] }
}

/** Structures that hold themselves end at this depth. */
const deepest = 4

function filled(shapes: Model['shapes'], shapeName: string, member: string, depth: number): unknown {
  const shape = shapes[shapeName]
  if (shape === undefined || depth > deepest) return undefined
  const inner = (reference: ModelReference | undefined, as: string) => {
    const of = typeof reference === 'string' ? reference : reference?.shape
    return of === undefined ? undefined : filled(shapes, of, as, depth + 1)
  }
  const sample = samples[member]
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(Object.entries(shape.members ?? {}).map(([as, of]) => [as, inner(of, as)]))
    case 'list':
      return Array.isArray(sample) ? sample : [inner(shape.member, member.replace(/s$/, ''))]
    case 'map':
      return { some: inner(shape.value, member) }
    case 'string':
      return typeof sample === 'string' ? sample : (shape.enum?.[0] ?? 'some')
    case 'boolean':
      return true
    case 'timestamp':
      return new Date(0)
    case 'blob':
      return Buffer.alloc(80, 1)
    default:
      return shape.min ?? 1
  }
}
