import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { codeFor } from '@fairlead/testkit/any-operation'
import { allow, given } from '@fairlead/testkit/given'
import { smallestInput } from '@fairlead/testkit/sample-input'
import { codecs } from '@fairlead/wire/codec'
import { serviceModel } from '@fairlead/wire/service-models'
import { operations } from './registry.ts'

/** Operations that no policy decides about, each with its reason. The list may only shrink. */
const withoutPolicy: Readonly<Record<string, string>> = {
  'sts:GetCallerIdentity': 'AWS answers it to everybody who can sign, even under an explicit Deny',
  'sts:GetSessionToken': 'AWS asks no policy: it is how a caller shows an MFA code',
  'sts:AssumeRoleWithWebIdentity': 'unsigned: the identity token is the proof, and the trust policy decides',
  'ssm:RegisterManagedInstance': 'unsigned: the activation code is the proof',
  'ssm:RequestManagedInstanceRoleToken': "signed with the node's own key, before it has a role's credentials",
  'ssm:UpdateManagedInstancePublicKey': "signed with the node's own key",
  'ssmmessages:OpenControlChannel': 'a websocket, tested with the channels',
  'ssmmessages:OpenDataChannel': 'a websocket, tested with the channels; the token of a client is its proof',
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
  'fairlead:GetAgentSigningKey',
  'fairlead:GetAgentBundle',
  'fairlead:GetAgentBundlePart',
])

/** Of a key or a role that nobody has, AWS says the same as of one that the caller may not use. */
const deniedWhenUnknown: ReadonlySet<string> = new Set(['iam:GetAccessKeyLastUsed', 'sts:AssumeRole'])

const keys = [...operations.keys()]
const decided = keys.filter((key) => withoutPolicy[key] === undefined)
const unsigned = new Set(['MissingAuthenticationTokenException', 'MissingAuthenticationToken'])
const unknown = new Set(['UnrecognizedClientException', 'InvalidClientTokenId'])
const forged = new Set(['InvalidSignatureException', 'SignatureDoesNotMatch'])
const denied = new Set(['AccessDeniedException', 'AccessDenied'])

test('nobody without a signature, or with an unknown key, gets to any operation that asks for one', async (t) => {
  const { client } = await given(t)
  const stranger = client({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' })

  for (const key of decided) {
    assert.ok(unsigned.has(await codeFor(client(undefined), key, {})), `${key}, unsigned`)
    assert.ok(unknown.has(await codeFor(stranger, key, {})), `${key}, unknown key`)
  }
})

test('a known key with a wrong signature gets to no operation', async (t) => {
  const { client, rootCredentials } = await given(t)
  const forger = client({ ...rootCredentials, secretAccessKey: 'guessed' })

  for (const key of decided) assert.ok(forged.has(await codeFor(forger, key, smallestInput(key))), key)
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
  // Systems Manager, of tiers and of what it cannot say otherwise.
  'BadRequest',
  // STS, of session tags.
  'InvalidParameterValue',
])

test('an operation throws no error that its model does not list', () => {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  const wrong: string[] = []
  for (const { service, name } of operations.values()) {
    const file = name.replace(/(?<=[a-z0-9])[A-Z]|(?<=[A-Z])[A-Z](?=[a-z])/g, (letter) => `-${letter}`).toLowerCase()
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
  for (const service of [
    'ssm',
    'iam',
    'sts',
    'kms',
    'resource-groups',
    'ec2messages',
    'ssmmessages',
    'fairlead',
  ] as const) {
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
