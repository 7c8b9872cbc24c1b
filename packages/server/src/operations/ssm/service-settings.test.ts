import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allow, given } from '@fairlead/testkit/given'

const SettingId = '/ssm/managed-instance/activation-tier'
const ARN = `arn:aws:ssm:us-east-1:123456789012:servicesetting${SettingId}`
const byDefault = { SettingId, SettingValue: 'advanced', LastModifiedUser: 'System', ARN, Status: 'Default' }

test('a setting that nobody has changed has its default', async (t) => {
  const { caller } = await given(t, { policies: [allow('ssm:GetServiceSetting')] })

  assert.deepEqual(await caller.call('ssm', 'GetServiceSetting', { SettingId }), { ServiceSetting: byDefault })
  assert.deepEqual(await caller.call('ssm', 'GetServiceSetting', { SettingId: ARN }), { ServiceSetting: byDefault })
})

test('a setting is what it was changed to, with who did, until it is reset', async (t) => {
  const { caller } = await given(t, { policies: [allow('ssm:*')] })
  const before = Date.now()

  await caller.call('ssm', 'UpdateServiceSetting', { SettingId: ARN, SettingValue: 'standard' })

  const { ServiceSetting: changed } = await caller.call('ssm', 'GetServiceSetting', { SettingId })
  assert.ok((changed?.LastModifiedDate?.getTime() ?? 0) >= before)
  assert.deepEqual(changed, {
    SettingId,
    SettingValue: 'standard',
    LastModifiedDate: changed?.LastModifiedDate,
    LastModifiedUser: 'arn:aws:iam::123456789012:user/alice',
    ARN,
    Status: 'Customized',
  })
  assert.deepEqual(await caller.call('ssm', 'ResetServiceSetting', { SettingId }), { ServiceSetting: byDefault })
  assert.deepEqual(await caller.call('ssm', 'GetServiceSetting', { SettingId }), { ServiceSetting: byDefault })
})

test('a value that the setting does not have is refused, and one whose effect is not here', async (t) => {
  const { caller } = await given(t, { policies: [allow('ssm:*')] })
  const update = (id: string, SettingValue: string) =>
    caller.call('ssm', 'UpdateServiceSetting', { SettingId: id, SettingValue })

  await assert.rejects(update(SettingId, 'Advanced'), { code: 'ValidationException', message: /standard, advanced/ })
  await assert.rejects(update('/ssm/parameter-store/high-throughput-enabled', 'true'), { message: /not supported/ })
  assert.deepEqual(await caller.call('ssm', 'GetServiceSetting', { SettingId }), { ServiceSetting: byDefault })
})

test('settings that AWS does not have, or that are of another account, are not found', async (t) => {
  const { caller } = await given(t, { policies: [allow('ssm:*')] })

  for (const id of ['/ssm/none', SettingId.slice(1), ARN.replace('123456789012', '210987654321')]) {
    await assert.rejects(caller.call('ssm', 'GetServiceSetting', { SettingId: id }), { code: 'ServiceSettingNotFound' })
  }
})

// The policy of the user guide's page on the tiers: all may be read, one may be changed.
test('who may change one setting may change no other', async (t) => {
  const change = ['ssm:UpdateServiceSetting', 'ssm:ResetServiceSetting']
  const { caller } = await given(t, { policies: [allow('ssm:GetServiceSetting'), allow(change, ARN)] })
  const other = '/ssm/documents/console/public-sharing-permission'

  await caller.call('ssm', 'UpdateServiceSetting', { SettingId, SettingValue: 'advanced' })
  await caller.call('ssm', 'GetServiceSetting', { SettingId: other })
  await assert.rejects(caller.call('ssm', 'UpdateServiceSetting', { SettingId: other, SettingValue: 'Disable' }), {
    code: 'AccessDeniedException',
    message: /on resource: arn:aws:ssm:us-east-1:123456789012:servicesetting\/ssm\/documents\/console/,
  })
})
