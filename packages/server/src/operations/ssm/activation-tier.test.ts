import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allow, given } from '@fairlead/testkit/given'
import { activate, NodeMachine, nodeRole } from '@fairlead/testkit/node-machine'
import { elementOf } from '@fairlead/testkit/xml'

const SettingId = '/ssm/managed-instance/activation-tier'

test('hybrid nodes of the standard tier have no sessions, in the words of AWS, until it is advanced again', async (t) => {
  const world = await given(t)
  const { nodeId: Target } = await NodeMachine.register(world)
  const start = () => world.root.call('ssm', 'StartSession', { Target })
  await assert.rejects(start(), { code: 'TargetNotConnected' })

  await world.root.call('ssm', 'UpdateServiceSetting', { SettingId, SettingValue: 'standard' })

  await assert.rejects(start(), {
    code: 'BadRequest',
    message: 'Enable advanced-instances tier to use Session Manager with your on-premises instances',
  })
  await assert.rejects(world.root.call('ssm', 'StartSession', { Target: 'i-00000000000000000' }), {
    code: 'TargetNotConnected',
  })
  await world.root.call('ssm', 'ResetServiceSetting', { SettingId })
  await assert.rejects(start(), { code: 'TargetNotConnected' })
})

test('the standard tier takes 1,000 hybrid nodes and is not left for it with more of them', async (t) => {
  const world = await given(t)
  const { root } = world
  const activation = await activate(world, { RegistrationLimit: 1000 })
  const another = await activate(world)
  const register = (used: typeof activation) => NodeMachine.register(world, { activation: used })
  await root.call('ssm', 'UpdateServiceSetting', { SettingId, SettingValue: 'standard' })
  for (let made = 0; made < 1000; made += 100) {
    await Promise.all(Array.from({ length: 100 }, () => register(activation)))
  }

  await assert.rejects(register(another), {
    code: 'RegistrationLimitExceeded',
    message: /^Registration limit of 1000 reached for SSM On-prem managed instances\./,
  })
  await root.call('ssm', 'UpdateServiceSetting', { SettingId, SettingValue: 'advanced' })
  await register(another)
  await assert.rejects(root.call('ssm', 'UpdateServiceSetting', { SettingId, SettingValue: 'standard' }), {
    code: 'ValidationException',
    message: /deregister 1 first/,
  })
})

test('a node has the role that it was given, if it may be given', async (t) => {
  const role = 'arn:aws:iam::123456789012:role/others'
  const world = await given(t, { policies: [allow('ssm:UpdateManagedInstanceRole'), allow('iam:PassRole', role)] })
  const node = await NodeMachine.register(world)
  await nodeRole(world, 'others')
  await world.root.query('iam', 'CreateRole', {
    RoleName: 'untrusting',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    }),
  })
  const update = (IamRole: string, InstanceId = node.nodeId, by = world.caller) =>
    by.call('ssm', 'UpdateManagedInstanceRole', { InstanceId, IamRole })

  await update('others')

  const { InstanceInformationList } = await world.root.call('ssm', 'DescribeInstanceInformation', {})
  assert.equal(InstanceInformationList?.[0]?.IamRole, 'others')
  const identity = await (await node.client()).query('sts', 'GetCallerIdentity', {})
  assert.match(elementOf(identity, 'Arn') ?? '', /assumed-role\/others\//)
  await assert.rejects(update('nodes'), {
    code: 'AccessDeniedException',
    message: /iam:PassRole on resource.*role\/nodes/,
  })
  await assert.rejects(update('none', node.nodeId, world.root), { message: /Not existing role/ })
  await assert.rejects(update('untrusting', node.nodeId, world.root), { message: /missing ssm service principal/ })
  await assert.rejects(update('others', 'mi-00000000000000000'), { code: 'InvalidInstanceId' })
})
