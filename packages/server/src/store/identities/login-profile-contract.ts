import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LoginProfile } from '../../domain/login-profile.ts'
import type { PasswordPolicy } from '../../domain/password-policy.ts'
import type { IdentityStore } from '../identity-store.ts'
import { at, later, user } from './identity-samples.ts'

const profile: LoginProfile = {
  userId: 'AIDAALICE',
  passwordHash: 'hash one',
  previousHashes: [],
  mustReset: true,
  createdAt: at,
  changedAt: at,
}

const policy: PasswordPolicy = {
  minimumLength: 14,
  needsSymbol: true,
  needsNumber: false,
  needsUppercase: true,
  needsLowercase: false,
  usersMayChange: true,
  maxAgeDays: 90,
  reusePrevention: 5,
  isHardExpiry: false,
}

/** What every store of passwords has to do. `open` answers an empty one. */
export function loginProfileContract(open: () => Promise<IdentityStore>): void {
  test('a user that is there has one password, and is not removed before it', async () => {
    const { loginProfiles, users } = await open()
    assert.equal(await loginProfiles.addLoginProfile(profile), 'no-user')
    await users.addUser(user('alice'))

    const answers = await Promise.all([1, 2].map(() => loginProfiles.addLoginProfile(profile)))

    assert.deepEqual(answers.sort(), ['added', 'taken'])
    assert.deepEqual(await loginProfiles.findLoginProfile('AIDAALICE'), profile)
    assert.equal(await users.removeUser('AIDAALICE'), 'has-login-profile')
    assert.equal(await loginProfiles.removeLoginProfile('AIDAALICE'), true)
    assert.equal(await loginProfiles.removeLoginProfile('AIDAALICE'), false)
    assert.equal(await loginProfiles.findLoginProfile('AIDAALICE'), undefined)
    assert.equal(await users.removeUser('AIDAALICE'), 'removed')
  })

  test('a password is saved only over the one that was read, with those before it', async () => {
    const { loginProfiles, users } = await open()
    await users.addUser(user('alice'))
    await loginProfiles.addLoginProfile(profile)
    const next = {
      ...profile,
      passwordHash: 'hash two',
      previousHashes: ['hash one'],
      mustReset: false,
      changedAt: later,
    }

    assert.equal(await loginProfiles.saveLoginProfile(profile, next), true)
    assert.equal(await loginProfiles.saveLoginProfile(profile, { ...next, passwordHash: 'hash three' }), false)

    assert.deepEqual(await loginProfiles.findLoginProfile('AIDAALICE'), next)
  })

  test('the account has one password policy, which the next one replaces whole', async () => {
    const { loginProfiles } = await open()
    assert.equal(await loginProfiles.findPasswordPolicy(), undefined)

    await loginProfiles.savePasswordPolicy(policy)
    assert.deepEqual(await loginProfiles.findPasswordPolicy(), policy)
    const { maxAgeDays, reusePrevention, ...shorter } = policy
    await loginProfiles.savePasswordPolicy({ ...shorter, minimumLength: 6 })

    assert.deepEqual(await loginProfiles.findPasswordPolicy(), { ...shorter, minimumLength: 6 })
    assert.equal(await loginProfiles.removePasswordPolicy(), true)
    assert.equal(await loginProfiles.removePasswordPolicy(), false)
  })
}
