import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { type ActionRow, actionRow, authorizationTable } from '@fairlead/iam/authorization-table'
import { codeFor } from '@fairlead/testkit/any-operation'
import { account, allow, given, region } from '@fairlead/testkit/given'
import { fullInput, smallestInput } from '@fairlead/testkit/sample-input'
import { elementOf } from '@fairlead/testkit/xml'
import type { UserCaller } from '../domain/caller.ts'
import { Authorizer } from '../gateway/authorize.ts'
import type { AccessCheck, AnyOperation, ContextKeys } from './operation.ts'
import { operations } from './registry.ts'

// What operations ask permission for, against AWS's service authorization reference. What differs has its reason
// here; a reason that is no longer needed fails.

/** Condition keys that AWS has and that nothing here can set. A name ends with * for all that begin so. */
const neverSet: Readonly<Record<string, string>> = {
  'ssm:DocumentCategories': 'documents of ours have no categories',
  'ssm:AccessRequestId': 'just-in-time access is not served',
  'iam:RoleTemplateARN': 'role templates are not served',
  'iam:FIDO*': 'MFA devices are virtual ones',
  'iam:RegisterSecurityKey': 'MFA devices are virtual ones',
  'kms:ViaService': 'Parameter Store alone sets it, and it is no operation of KMS that is called',
  'kms:RecipientAttestation:*': 'Nitro enclaves do not call us, Recipient is refused',
  'kms:TrailingDaysWithoutKeyUsage': 'the last use of a key is not kept',
  'kms:MultiRegionKeyType': 'keys of several regions are refused',
  'accounts.google.com:*': 'federation',
  'cognito-identity.amazonaws.com:*': 'federation',
  'graph.facebook.com:*': 'federation',
  'www.amazon.com:*': 'federation',
  'saml:*': 'federation',
}

/** Operations that make what they name: it has no tags before it is there. */
const makers = [
  ['ssm:CreateDocument', 'ssm'],
  ['kms:CreateKey', ''],
  ['iam:CreateInstanceProfile', ''],
  ['iam:CreatePolicy', ''],
  ['iam:CreateOpenIDConnectProvider', ''],
  ['iam:CreateRole', 'iam'],
  ['iam:CreateUser', 'iam'],
  ['iam:CreateVirtualMFADevice', ''],
] as const
const withoutTagsYet = makers.flatMap(([name, own]) => [
  `${name} lacks aws:ResourceTag/…`,
  ...(own === 'ssm' ? [`${name} lacks ssm:resourceTag/…`] : []),
  ...(own === 'iam' ? [`${name} lacks iam:ResourceTag/…`] : []),
])

/** Differences of one operation, `service:Name what`. */
const differences: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    withoutTagsYet.map((difference) => [difference, 'what is made has no tags before it is there']),
  ),
  'iam:ListGroups on group/': 'IAM decides lists on the path that is listed, and names it in denials (observed)',
  'iam:ListInstanceProfiles on instance-profile/': 'as iam:ListGroups',
  'iam:ListPolicies on policy/': 'as iam:ListGroups',
  'iam:ListRoles on role/': 'as iam:ListGroups',
  'iam:ListUsers on user/': 'as iam:ListGroups',
  'iam:ChangePassword is not asked for user': 'the root asks here and has no user; login-profiles.test.ts shows one',
  'sts:GetFederationToken on federated-user/': 'sts:TagSession of a federated user has no other resource',
  'ssm:GetParametersByPath lacks aws:ResourceTag/…': 'a path has no tags',
  'ssm:GetParametersByPath lacks ssm:resourceTag/…': 'a path has no tags',
  'ssm:ResumeSession lacks ssm:resourceTag/…': 'here there is no session; sessions.test.ts shows the tags of one',
  'ssm:TerminateSession lacks ssm:resourceTag/…': 'here there is no session; sessions.test.ts shows the tags of one',
  ...Object.fromEntries(
    [
      'sts:RoleSessionName',
      'sts:ExternalId',
      'sts:SourceIdentity',
      'sts:TransitiveTagKeys',
      'aws:RequestTag/…',
      'aws:TagKeys',
    ].map((key) => [
      `sts:AssumeRole shows ${key}`,
      'to sts:TagSession and sts:SetSourceIdentity too: it is one request',
    ]),
  ),
}

/** Node's own keys and channels prove who calls; there is no policy that could be asked. */
const isDecided = ({ authentication = 'signature', name, service }: AnyOperation) =>
  authentication === 'signature' && !/^Open.*Channel$/.test(name) && service !== 'fairlead'

const scope = { account, region }
const alice: UserCaller = {
  kind: 'user',
  account,
  arn: `arn:aws:iam::${account}:user/alice`,
  userId: 'AIDAEXAMPLE',
  accessKeyId: 'AKIAEXAMPLE',
  userName: 'alice',
}

/** One check as the gateway is asked for it. */
interface Asked {
  readonly action: string
  readonly check: AccessCheck
  readonly keys: ContextKeys
}

/** What an operation asks before it looks at the store. */
function askedAtOnce(operation: AnyOperation, input: object): Asked[] {
  const keys = operation.requestContext?.(input as never) ?? {}
  return operation
    .resources(input as never, scope, alice)
    .map((check) => ({ action: check.action ?? operation.action, check, keys }))
}

/** What it asks in the course of its work: everything that goes through the gateway while it is called. */
async function askedInTheEnd(key: string, call: () => Promise<string>): Promise<readonly Asked[]> {
  const decide = mock.method(Authorizer.prototype, 'decide')
  try {
    const code = await call()
    assert.doesNotMatch(code, /^AccessDenied/, key)
    return decide.mock.calls.flatMap(({ arguments: [request, checks] }) =>
      checks.map((check) => ({ action: check.action ?? request.action, check, keys: request.keys })),
    )
  } finally {
    decide.mock.restore()
  }
}

/** The condition keys that policies are shown of a check, with … for what varies. */
function keysOf({ check, keys }: Asked): Set<string> {
  const { context, denyContext, tagsOf, tags, document, identity, showsBoundary } = check
  const taggable = tagsOf !== undefined || tags !== undefined || document !== undefined
  const isTagged = identity !== undefined && identity.kind !== 'group'
  const named = [
    ...Object.keys({ ...keys, ...context, ...denyContext }),
    ...(taggable || isTagged ? ['aws:ResourceTag/…'] : []),
    ...(taggable && tagsOf?.type !== 'ResourceGroup' && tagsOf?.type !== 'Key' ? ['ssm:resourceTag/…'] : []),
    ...(identity?.kind === 'user' || identity?.kind === 'role' ? ['iam:ResourceTag/…'] : []),
    ...(document === undefined ? [] : ['ssm:DocumentType']),
    ...(showsBoundary === true ? ['iam:PermissionsBoundary'] : []),
  ]
  return new Set(named.map(general))
}

/** AWS writes what varies as ${TagKey}, `tag-key` or ${EncryptionContextKey}. */
function general(key: string): string {
  return key
    .replace(/^((?:aws|iam|ssm):(?:ResourceTag|RequestTag))\/.*$/i, '$1/…')
    .replace(/^(kms:EncryptionContext:).*$/, '$1…')
}

function matches(pattern: string, arn: string): boolean {
  const literal = pattern.replace(/[.*+?^()|[\]\\]/g, '\\$&').replace(/\$\{[^}]*\}/g, '.*')
  return new RegExp(`^${literal}$`).test(arn)
}

/** Types of the row that an ARN may be of. */
function typesOf(action: string, row: ActionRow, arn: string): readonly string[] {
  const types = authorizationTable.get(action.slice(0, action.indexOf(':')))?.resourceTypes ?? {}
  return [...(row.required ?? []), ...(row.optional ?? [])].filter((type) => matches(types[type]?.arn ?? '', arn))
}

/** How the checks of one call differ from the table. */
function compare(name: string, operation: AnyOperation, asked: readonly Asked[], isFull: boolean): string[] {
  const found: string[] = []
  const seen = new Set<string>()
  const shown = new Map<string, Set<string>>()
  for (const one of asked) {
    const { action, check } = one
    const row = actionRow(action)
    if (row === undefined) {
      found.push(`${name} has no row: ${action}`)
      continue
    }
    const types = typesOf(action, row, check.resource)
    const isPlain = row.required === undefined && row.optional === undefined
    const isAll = check.resource === '*' || check.resource === `arn:aws:ssm:${region}:${account}:*`
    if (isPlain ? !isAll : types.length === 0) {
      found.push(`${name} on ${check.resource.split(':').slice(5).join(':').replace(/\/.*$/, '/')}`)
    }
    if (action === operation.action) for (const type of types) seen.add(type)
    const service = authorizationTable.get(action.slice(0, action.indexOf(':')))
    const known = new Set(
      [...(row.keys ?? []), ...types.flatMap((type) => service?.resourceTypes[type]?.keys ?? [])].map(general),
    )
    const keys = keysOf(one)
    // Keys of the request hold for all that is asked in it, so that they are judged with the operation's own action.
    const own = new Set(Object.keys(one.keys).map(general))
    for (const key of keys) {
      if (!known.has(key) && !(action !== operation.action && own.has(key))) found.push(`${name} shows ${key}`)
    }
    if (action !== operation.action) continue
    const all = shown.get(action) ?? new Set()
    for (const key of keys) all.add(key)
    shown.set(action, all)
    for (const key of known) seen.add(`key ${key}`)
  }
  const required = actionRow(operation.action)?.required ?? []
  for (const type of required) if (!seen.has(type)) found.push(`${name} is not asked for ${type}`)
  if (!isFull) return found
  for (const known of seen) {
    const key = known.startsWith('key ') ? known.slice(4) : undefined
    if (key !== undefined && shown.get(operation.action)?.has(key) !== true) found.push(`${name} lacks ${key}`)
  }
  return found
}

/** Keys of the caller are set for every request, whatever the action (request-context.ts). */
const ofTheCaller: ReadonlySet<string> = new Set(['ec2:SourceInstanceARN', 'ssm:SourceInstanceARN'])

function reasonFor(difference: string): string | undefined {
  const [, key = ''] = /^\S+ lacks (.*)$/.exec(difference) ?? []
  const never = Object.keys(neverSet).find((name) =>
    name.endsWith('*') ? key.startsWith(name.slice(0, -1)) : key === name,
  )
  if (ofTheCaller.has(key)) return key
  return never ?? (difference in differences ? difference : undefined)
}

const decided = [...operations].filter(([, operation]) => isDecided(operation))
/** What these touch is only known once it was found: a key by its alias, a role with its trust policy. */
const isFoundFirst = ([key, operation]: readonly [string, AnyOperation]) =>
  operation.service === 'kms' ||
  ['sts:AssumeRole', 'iam:GetAccessKeyLastUsed', 'ssm:ResumeSession', 'ssm:TerminateSession'].includes(key)

test('every operation is a row of the table', () => {
  const lacking = decided.filter(([, { action }]) => actionRow(action) === undefined)
  assert.deepEqual(
    lacking.map(([key]) => key),
    [],
  )
})

test('operations touch what the table says and show the condition keys that it names, or have a reason', async (t) => {
  const used = new Set<string>()
  const unexplained: string[] = []
  const judge = (found: readonly string[]) => {
    for (const difference of found) {
      const reason = reasonFor(difference)
      if (reason === undefined) unexplained.push(difference)
      else used.add(reason)
    }
  }
  for (const [key, operation] of decided.filter((one) => !isFoundFirst(one))) {
    judge(compare(key, operation, askedAtOnce(operation, smallestInput(key)), false))
    judge(compare(key, operation, askedAtOnce(operation, { ...fullInput(key), Path: '/a/', PathPrefix: '/a/' }), true))
  }

  const world = await foundFirst(t)
  for (const [key, operation] of decided.filter(isFoundFirst)) {
    judge(compare(key, operation, await askedInTheEnd(key, () => world(key)), true))
  }

  assert.deepEqual([...new Set(unexplained)], [])
  const unneeded = [...Object.keys(neverSet), ...Object.keys(differences)].filter((reason) => !used.has(reason))
  assert.deepEqual(unneeded, [], 'reasons that nothing needs')
})

/** Calls an operation on things that are there: a tagged key with an alias, a role that trusts its caller. */
async function foundFirst(t: Parameters<typeof given>[0]): Promise<(key: string) => Promise<string>> {
  const { root, caller } = await given(t, { policies: [allow('*')], userName: 'alice' })
  await root.query('iam', 'CreateRole', {
    RoleName: 'some',
    Tags: [{ Key: 'team', Value: 'red' }],
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${account}:user/alice` },
          Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
        },
      ],
    }),
  })
  const tag = { TagKey: 'team', TagValue: 'red' }
  const { KeyMetadata } = await root.call('kms', 'CreateKey', { Tags: [tag] })
  const keyId = KeyMetadata?.KeyId ?? ''
  const byAlias = 'alias/known'
  await root.call('kms', 'CreateAlias', { AliasName: byAlias, TargetKeyId: keyId })
  const EncryptionContext = { place: 'here' }
  const { CiphertextBlob = new Uint8Array() } = await root.call('kms', 'Encrypt', {
    KeyId: keyId,
    Plaintext: Buffer.from('text'),
    EncryptionContext,
  })
  const ciphertext = Buffer.from(CiphertextBlob).toString('base64')
  const AccessKeyId = elementOf(await root.query('iam', 'ListAccessKeys', { UserName: 'alice' }), 'AccessKeyId')
  const richer: Readonly<Record<string, object>> = {
    'kms:CreateKey': { Tags: [tag] },
    'kms:EnableKeyRotation': { RotationPeriodInDays: 90 },
    'kms:ScheduleKeyDeletion': { PendingWindowInDays: 7 },
    'kms:Decrypt': { CiphertextBlob: ciphertext, EncryptionContext, KeyId: byAlias },
    'kms:ReEncrypt': {
      CiphertextBlob: ciphertext,
      SourceEncryptionContext: EncryptionContext,
      DestinationEncryptionContext: EncryptionContext,
      SourceKeyId: byAlias,
      DestinationKeyId: byAlias,
    },
    'sts:AssumeRole': {
      ExternalId: 'outside',
      SourceIdentity: 'alice',
      Tags: [{ Key: 'team', Value: 'red' }],
      TransitiveTagKeys: ['team'],
    },
    'iam:GetAccessKeyLastUsed': { AccessKeyId },
  }
  const takeAlias = /^kms:(Encrypt|GenerateDataKey.*|DescribeKey)$/
  return async (key) => {
    const input: Record<string, unknown> = { ...smallestInput(key) }
    for (const member of ['KeyId', 'TargetKeyId']) if (member in input) input[member] = keyId
    if (takeAlias.test(key)) Object.assign(input, { KeyId: byAlias })
    if (takeAlias.test(key) && key !== 'kms:DescribeKey') Object.assign(input, { EncryptionContext })
    return await codeFor(caller, key, { ...input, ...richer[key] })
  }
}
