import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServiceSettingStore } from '../service-setting-store.ts'

const settingId = '/ssm/managed-instance/activation-tier'
const first = { settingId, value: 'advanced', changedAt: new Date(1_000), changedBy: 'arn:aws:iam::1:user/alice' }

/** What every implementation promises. `open` gives a fresh, empty store. */
export function serviceSettingStoreContract(open: () => ServiceSettingStore): void {
  test('of a setting the last change is kept, and no other setting is touched', async () => {
    const settings = open()
    await settings.saveSetting(first)
    const second = { ...first, value: 'standard', changedAt: new Date(2_000), changedBy: 'arn:aws:iam::1:user/bob' }
    await settings.saveSetting(second)

    assert.deepEqual(await settings.findSetting(settingId), second)
    assert.equal(await settings.findSetting('/ssm/opsinsights/opscenter'), undefined)
  })

  test('what is forgotten is as if it had never been changed, however often', async () => {
    const settings = open()
    await settings.saveSetting(first)
    await settings.forgetSetting(settingId)
    await settings.forgetSetting(settingId)

    assert.equal(await settings.findSetting(settingId), undefined)
  })
}
