import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InstanceProfile } from '../../domain/instance-profile.ts'
import type { IdentityStore } from '../identity-store.ts'
import { at, page, policy, role } from './identity-samples.ts'

function profile(profileName: string, changes: Partial<InstanceProfile> = {}): InstanceProfile {
  const profileId = `AIPA${profileName.toUpperCase()}`
  return { profileId, profileName, path: '/', roleId: undefined, createdAt: at, tags: {}, ...changes }
}

/** What every store of instance profiles, and of what is said of the account, has to do. `open` answers an empty one. */
export function instanceProfileContract(open: () => Promise<IdentityStore>): void {
  test('a profile holds one role, which is not removed as long as it is in one', async () => {
    const { instanceProfiles, roles } = await open()
    for (const name of ['web', 'db']) await roles.addRole(role(name))
    assert.equal(await instanceProfiles.addProfile(profile('P', { path: '/x/' }), 10), 'added')
    assert.equal(await instanceProfiles.addProfile(profile('p', { profileId: 'AIPAOTHER' }), 10), 'name-taken')

    assert.equal(await instanceProfiles.addRole('AIPAP', 'AROANOBODY'), 'not-found')
    assert.equal(await instanceProfiles.addRole('AIPAP', 'AROAWEB'), 'added')
    assert.equal(await instanceProfiles.addRole('AIPAP', 'AROADB'), 'has-role')
    assert.equal(await roles.removeRole('AROAWEB'), 'has-instance-profiles')
    assert.equal(await instanceProfiles.removeProfile('AIPAP'), 'has-role')

    assert.deepEqual(await instanceProfiles.findProfile('p'), profile('P', { path: '/x/', roleId: 'AROAWEB' }))
    assert.equal(await instanceProfiles.removeRole('AIPAP', 'AROADB'), false)
    assert.equal(await instanceProfiles.removeRole('AIPAP', 'AROAWEB'), true)
    assert.equal(await roles.removeRole('AROAWEB'), 'removed')
    assert.equal(await instanceProfiles.removeProfile('AIPAP'), 'removed')
    assert.equal(await instanceProfiles.removeProfile('AIPAP'), 'not-found')
  })

  test('profiles are listed by path and by role, page by page, up to the quota', async () => {
    const { instanceProfiles, roles } = await open()
    await roles.addRole(role('web'))
    for (const name of ['c', 'a', 'b']) await instanceProfiles.addProfile(profile(name, { path: '/x/' }), 4)
    await instanceProfiles.addProfile(profile('d'), 4)
    for (const name of ['A', 'D']) await instanceProfiles.addRole(`AIPA${name}`, 'AROAWEB')
    const names = async (listing: object) =>
      (await instanceProfiles.listProfiles({ ...page, ...listing })).items.map(({ profileName }) => profileName)

    assert.equal(await instanceProfiles.addProfile(profile('e'), 4), 'too-many')
    assert.deepEqual(await names({ pathPrefix: '/x/' }), ['a', 'b', 'c'])
    assert.deepEqual(await names({ roleId: 'AROAWEB' }), ['a', 'd'])
    const first = await instanceProfiles.listProfiles({ limit: 3 })
    assert.deepEqual(await names({ after: first.next }), ['d'])
  })

  test('tags of profiles and policies are saved only over those that were read', async () => {
    const { instanceProfiles, policies } = await open()
    await instanceProfiles.addProfile(profile('p'), 10)
    await policies.addPolicy(policy('q'), '{}')

    assert.equal(await instanceProfiles.saveProfileTags(profile('p'), { a: '1' }), true)
    assert.equal(await instanceProfiles.saveProfileTags(profile('p'), { a: '2' }), false)
    assert.equal(await policies.savePolicyTags(policy('q'), { a: '1' }), true)
    assert.equal(await policies.savePolicyTags(policy('q'), { a: '2' }), false)

    assert.deepEqual((await instanceProfiles.findProfile('p'))?.tags, { a: '1' })
    assert.deepEqual((await policies.findPolicy(policy('q').arn))?.tags, { a: '1' })
  })

  test('an account has one alias, which no other account has', async () => {
    const { account } = await open()
    const other = (await open()).account

    assert.equal(await account.findAlias(), undefined)
    assert.equal(await account.setAlias('acme'), 'set')
    assert.equal(await other.setAlias('acme'), 'taken')
    assert.equal(await account.setAlias('acme-two'), 'set')
    assert.equal(await account.findAlias(), 'acme-two')
    assert.equal(await account.removeAlias('acme'), false)
    assert.equal(await account.removeAlias('acme-two'), true)
  })

  test('an account knows how much it has', async () => {
    const { account, roles, instanceProfiles, policies } = await open()
    await roles.addRole(role('web'))
    await instanceProfiles.addProfile(profile('p'), 10)
    await policies.addPolicy(policy('q'), '{}')
    await policies.addVersion(policy('q').arn, { document: '{}', createdAt: at, asDefault: true }, 5)

    assert.deepEqual(await account.counts(), {
      users: 0,
      groups: 0,
      roles: 1,
      instanceProfiles: 1,
      policies: 1,
      policyVersions: 2,
      mfaDevices: 0,
      mfaDevicesInUse: 0,
      oidcProviders: 0,
      rootKeys: 0,
    })
  })
}
