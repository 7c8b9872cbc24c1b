import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { type Given, given } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { type Activated, activate, NodeMachine, newKeys, nodeTrust, someKeys } from '@fairlead/testkit/node-machine'

const day = 24 * 60 * 60_000

function register({ client }: Given, activation: Partial<Activated>, PublicKey = someKeys.publicKey) {
  const Fingerprint = randomUUID()
  const input = { ...activation, Fingerprint, PublicKey, PublicKeyType: 'Rsa' } as const
  return client(undefined).call('ssm', 'RegisterManagedInstance', input)
}

test('a machine with an activation becomes a node, with name, role and tags of the activation', async (t) => {
  const world = await given(t)
  const Tags = [{ Key: 'Finance', Value: 'WebServers' }]
  const activation = await activate(world, { DefaultInstanceName: 'web', Tags })

  const { InstanceId } = await register(world, activation)

  assert.match(InstanceId, /^mi-[0-9a-f]{17}$/)
  const { InstanceInformationList = [] } = await world.root.call('ssm', 'DescribeInstanceInformation', {})
  const [node] = InstanceInformationList
  assert.deepEqual(
    [node?.InstanceId, node?.Name, node?.IamRole, node?.ActivationId, node?.PingStatus],
    [InstanceId, 'web', 'nodes', activation.ActivationId, 'Inactive'],
  )
  const named = { ResourceType: 'ManagedInstance', ResourceId: InstanceId } as const
  assert.deepEqual((await world.root.call('ssm', 'ListTagsForResource', named)).TagList, Tags)
})

test('a wrong id and a wrong code are refused in the same words', async (t) => {
  const world = await given(t)
  const activation = await activate(world)
  const refusals = [
    { ...activation, ActivationCode: activation.ActivationCode.replace(/^./, (c) => (c === '0' ? '1' : '0')) },
    { ...activation, ActivationCode: activation.ActivationCode.slice(0, 20) },
    { ...activation, ActivationId: randomUUID() },
    { ActivationId: activation.ActivationId },
    { ActivationCode: activation.ActivationCode },
    {},
  ]
  const messages = new Set<string>()
  for (const wrong of refusals) {
    await assert.rejects(register(world, wrong), (error: Error & { code?: string }) => {
      messages.add(error.message)
      return error.code === 'InvalidActivation'
    })
  }
  assert.equal(messages.size, 1)
  assert.deepEqual((await world.root.call('ssm', 'DescribeInstanceInformation', {})).InstanceInformationList, [])
})

test('an activation that has expired, was used up or was deleted registers nobody', async (t) => {
  const clock = new ManualClock()
  const world = await given(t, { clock })
  const used = await activate(world)
  await register(world, used)
  await assert.rejects(register(world, used), { code: 'RegistrationLimitExceeded' })

  const deleted = await activate(world)
  await world.root.call('ssm', 'DeleteActivation', { ActivationId: deleted.ActivationId })
  await assert.rejects(register(world, deleted), { code: 'InvalidActivation' })

  const expired = await activate(world)
  clock.advance(day)
  await assert.rejects(register(world, expired), { code: 'ActivationExpired' })
})

test('of many machines that register at once, as many get in as the activation allows', async (t) => {
  const world = await given(t)
  const activation = await activate(world, { RegistrationLimit: 3 })

  const outcomes = await Promise.allSettled(Array.from({ length: 9 }, () => register(world, activation)))

  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  assert.deepEqual(
    refused.map(({ reason }) => (reason as { code: string }).code),
    Array(6).fill('RegistrationLimitExceeded'),
  )
})

test('a key that is too short or no key at all is refused, and uses nothing up', async (t) => {
  const world = await given(t)
  const activation = await activate(world)
  for (const key of [newKeys(1024).publicKey, 'A'.repeat(392), someKeys.publicKey.slice(0, 200)]) {
    await assert.rejects(register(world, activation, key), { code: 'ValidationException' })
  }
  await register(world, activation)
})

test('a node gets keys of its role for an hour with its own key, and all five members', async (t) => {
  const clock = new ManualClock()
  const world = await given(t, { clock })
  const node = await NodeMachine.register(world, { now: () => clock.now() })

  const token = await node.callWithKey('RequestManagedInstanceRoleToken', { Fingerprint: node.fingerprint })

  assert.match(token.AccessKeyId, /^ASIA/)
  assert.deepEqual(token.TokenExpirationDate, new Date(clock.now().getTime() + 60 * 60_000))
  assert.equal(token.UpdateKeyPair, false)
  const { nodeId } = node
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = token
  const identity = await world
    .client({ accessKeyId, secretAccessKey, sessionToken })
    .query('sts', 'GetCallerIdentity', {})
  assert.ok(identity.includes(`assumed-role/nodes/${nodeId}`))
})

test('a copy of the machine, with another fingerprint, gets nothing', async (t) => {
  const node = await NodeMachine.register(await given(t))
  await assert.rejects(node.callWithKey('RequestManagedInstanceRoleToken', { Fingerprint: randomUUID() }), {
    code: 'MachineFingerprintDoesNotMatch',
    status: 400,
  })
})

test("another node's key signs for nobody but that node", async (t) => {
  const world = await given(t)
  const node = await NodeMachine.register(world)
  const stranger = newKeys()
  const asked = node.callWithKey('RequestManagedInstanceRoleToken', { Fingerprint: node.fingerprint }, stranger)
  await assert.rejects(asked, { code: 'InvalidSignatureException' })
})

test('a secret key is no node, and gets no role token', async (t) => {
  const { root } = await given(t)
  const asked = root.call('ssm', 'RequestManagedInstanceRoleToken', { Fingerprint: randomUUID() })
  await assert.rejects(asked, { code: 'UnrecognizedClientException' })
})

test('a role that is gone or trusts no longer is no reason for an agent to sleep a day', async (t) => {
  const world = await given(t)
  const node = await NodeMachine.register(world)
  const trustNoOne = nodeTrust.replace('ssm.', 'ec2.')
  await world.root.query('iam', 'UpdateAssumeRolePolicy', { RoleName: 'nodes', PolicyDocument: trustNoOne })
  await assert.rejects(node.credentials(), { code: 'InvalidInstanceId', status: 400 })

  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'
  await world.root.query('iam', 'DetachRolePolicy', { RoleName: 'nodes', PolicyArn })
  await world.root.query('iam', 'DeleteRole', { RoleName: 'nodes' })
  await assert.rejects(node.credentials(), { code: 'InvalidInstanceId' })
})
