import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NewAccessKey } from '../../domain/access-key.ts'
import type { ManagedPolicy } from '../../domain/managed-policy.ts'
import type { Role } from '../../domain/role.ts'
import type { User } from '../../domain/user.ts'
import type { IdentityStore } from '../identity-store.ts'

const at = new Date('2026-01-02T03:04:05.678Z')
const later = new Date('2026-01-02T03:05:06Z')
const core = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'
const page = { limit: 100 }

function user(userName: string, changes: Partial<User> = {}): User {
  return { userId: `AIDA${userName.toUpperCase()}`, userName, path: '/', createdAt: at, tags: {}, ...changes }
}

function role(roleName: string, changes: Partial<Role> = {}): Role {
  const roleId = `AROA${roleName.toUpperCase()}`
  const rest = { description: undefined, trustPolicy: '{}', maxSessionSeconds: 3600, createdAt: at, tags: {} }
  return { roleId, roleName, path: '/', ...rest, ...changes }
}

function policy(policyName: string, changes: Partial<ManagedPolicy> = {}): ManagedPolicy {
  return {
    policyId: `ANPA${policyName.toUpperCase()}`,
    policyName,
    path: '/',
    arn: `arn:aws:iam::123456789012:policy/${policyName}`,
    owner: 'Local',
    description: undefined,
    defaultVersionId: 'v1',
    attachmentCount: 0,
    createdAt: at,
    updatedAt: at,
    tags: {},
    ...changes,
  }
}

function key(accessKeyId: string, secret = `secret of ${accessKeyId}`): NewAccessKey {
  return { accessKeyId, secret, createdAt: at }
}

/** What every store of identities has to do. `open` answers an empty one. */
export function identityStoreContract(open: () => Promise<IdentityStore>): void {
  test('a user is found in any case and as it was added', async () => {
    const { users } = await open()
    const alice = user('Alice', { path: '/division/', tags: { Team: 'Web', __proto__: 'x' } })

    assert.equal(await users.addUser(alice), 'added')

    assert.deepEqual(await users.findUser('aLICE'), alice)
    assert.equal(await users.findUser('alice2'), undefined)
  })

  test('a name that differs in case only is taken', async () => {
    const { users, roles } = await open()
    await users.addUser(user('alice'))
    await roles.addRole(role('web'))

    assert.equal(await users.addUser(user('ALICE', { userId: 'AIDAOTHER' })), 'name-taken')
    assert.equal(await roles.addRole(role('Web', { roleId: 'AROAOTHER' })), 'name-taken')
  })

  test('users are listed page by page under a path, none twice and none left out', async () => {
    const { users } = await open()
    for (const name of ['dave', 'Bob', 'carol', 'alice']) await users.addUser(user(name, { path: '/web/' }))
    await users.addUser(user('eve', { path: '/db/' }))

    const first = await users.listUsers({ limit: 3, pathPrefix: '/web/' })
    const second = await users.listUsers({ limit: 3, pathPrefix: '/web/', after: first.next })

    assert.deepEqual(
      first.items.map((item) => item.userName),
      ['alice', 'Bob', 'carol'],
    )
    assert.deepEqual(
      second.items.map((item) => item.userName),
      ['dave'],
    )
    assert.equal(second.next, undefined)
  })

  test('a renamed user keeps its keys and policies, and its old name is free', async () => {
    const { users, accessKeys, inlinePolicies, policies } = await open()
    const alice = user('alice')
    await users.addUser(alice)
    await users.addUser(user('bob'))
    await accessKeys.addUserKey(alice.userId, key('AKIA1'), 2)
    await inlinePolicies.putInlinePolicy(alice.userId, { policyName: 'p', document: '{"a":1}' })

    assert.equal(await users.renameUser(alice.userId, { userName: 'BOB', path: '/' }), 'name-taken')
    assert.equal(await users.renameUser('AIDANOBODY', { userName: 'nobody', path: '/' }), 'not-found')
    assert.equal(await users.renameUser(alice.userId, { userName: 'anna', path: '/x/' }), 'renamed')

    assert.equal(await users.findUser('alice'), undefined)
    assert.deepEqual((await accessKeys.findAccessKey('AKIA1'))?.owner, {
      kind: 'user',
      userId: alice.userId,
      userName: 'anna',
      path: '/x/',
    })
    assert.equal((await policies.bindingPolicies({ kind: 'user', name: 'anna' })).length, 1)
    assert.equal((await policies.bindingPolicies({ kind: 'user', name: 'alice' })).length, 0)
  })

  test('tags that somebody else changed in the meantime are not overwritten', async () => {
    const { users, roles } = await open()
    const alice = user('alice', { tags: { b: '2', a: '1' } })
    const web = role('web')
    await users.addUser(alice)
    await roles.addRole(web)

    assert.equal(await users.saveUserTags({ ...alice, tags: { a: '1', b: '2' } }, { c: '3' }), true)
    assert.equal(await users.saveUserTags(alice, { d: '4' }), false)
    assert.equal(await roles.saveRoleTags(web, { r: '1' }), true)
    assert.equal(await roles.saveRoleTags(web, { r: '2' }), false)

    assert.deepEqual((await users.findUser('alice'))?.tags, { c: '3' })
    assert.deepEqual((await roles.findRole('web'))?.tags, { r: '1' })
  })

  test('a user stays for as long as a key, a policy or an attachment hangs on it', async () => {
    const { users, accessKeys, inlinePolicies, attachments } = await open()
    const { userId } = user('alice')
    await users.addUser(user('alice'))
    await accessKeys.addUserKey(userId, key('AKIA1'), 2)
    await inlinePolicies.putInlinePolicy(userId, { policyName: 'p', document: '{}' })
    await attachments.attach(userId, core, 10)

    assert.equal(await users.removeUser(userId), 'has-access-keys')
    await accessKeys.removeAccessKey(userId, 'AKIA1')
    assert.equal(await users.removeUser(userId), 'has-attachments')
    await attachments.detach(userId, core)
    assert.equal(await users.removeUser(userId), 'has-policies')
    await inlinePolicies.removeInlinePolicy(userId, 'p')
    assert.equal(await users.removeUser(userId), 'removed')
    assert.equal(await users.removeUser(userId), 'not-found')
  })

  test('a role is found as it was added and changed, and stays while policies hang on it', async () => {
    const { roles, inlinePolicies, attachments } = await open()
    const web = role('Web', { path: '/service-role/', description: 'for nodes', trustPolicy: '{ "x": 1 }' })
    await roles.addRole(web)
    assert.deepEqual(await roles.findRole('web'), web)

    assert.equal(await roles.describeRole(web.roleId, { description: undefined, maxSessionSeconds: 7200 }), true)
    assert.equal(await roles.replaceTrustPolicy(web.roleId, '{}'), true)
    assert.equal(await roles.replaceTrustPolicy('AROANOBODY', '{}'), false)
    const changed = await roles.findRole('Web')
    assert.deepEqual(changed, { ...web, description: undefined, maxSessionSeconds: 7200, trustPolicy: '{}' })

    await attachments.attach(web.roleId, core, 10)
    await inlinePolicies.putInlinePolicy(web.roleId, { policyName: 'p', document: '{}' })
    assert.equal(await roles.removeRole(web.roleId), 'has-attachments')
    await attachments.detach(web.roleId, core)
    assert.equal(await roles.removeRole(web.roleId), 'has-policies')
    await inlinePolicies.removeInlinePolicy(web.roleId, 'p')
    assert.equal(await roles.removeRole(web.roleId), 'removed')
    assert.deepEqual((await roles.listRoles(page)).items, [])
  })

  test('a key is found with its secret, its owner and its status', async () => {
    const { users, accessKeys } = await open()
    await users.addUser(user('alice'))
    await accessKeys.addUserKey('AIDAALICE', key('AKIA1', 'tiger'), 2)
    await accessKeys.setStatus('AIDAALICE', 'AKIA1', 'Inactive')

    assert.deepEqual(await accessKeys.findAccessKey('AKIA1'), {
      accessKeyId: 'AKIA1',
      secret: 'tiger',
      owner: { kind: 'user', userId: 'AIDAALICE', userName: 'alice', path: '/' },
      status: 'Inactive',
      createdAt: at,
      lastUse: undefined,
    })
    assert.equal(await accessKeys.findAccessKey('AKIA2'), undefined)
  })

  test('a user has no more keys than the limit, however many are asked for at once', async () => {
    const { users, accessKeys } = await open()
    await users.addUser(user('alice'))

    const answers = await Promise.all(
      ['AKIA1', 'AKIA2', 'AKIA3', 'AKIA4'].map((id) => accessKeys.addUserKey('AIDAALICE', key(id), 2)),
    )

    assert.deepEqual(answers.sort(), ['added', 'added', 'too-many', 'too-many'])
    assert.equal(await accessKeys.addUserKey('AIDANOBODY', key('AKIA5'), 2), 'no-user')
    assert.equal((await accessKeys.listAccessKeys('AIDAALICE', page)).items.length, 2)
    assert.deepEqual((await accessKeys.listAccessKeys('AIDANOBODY', page)).items, [])
  })

  test("nobody's key can be changed in the name of another", async () => {
    const { users, accessKeys } = await open()
    await users.addUser(user('alice'))
    await accessKeys.addUserKey('AIDAALICE', key('AKIA1'), 2)

    assert.equal(await accessKeys.setStatus('AIDABOB', 'AKIA1', 'Inactive'), false)
    assert.equal(await accessKeys.removeAccessKey(undefined, 'AKIA1'), false)

    assert.equal((await accessKeys.findAccessKey('AKIA1'))?.status, 'Active')
  })

  test('the root key is made once, however often it is asked for', async () => {
    const { accessKeys } = await open()

    const made = await Promise.all(['AKIA1', 'AKIA2', 'AKIA3'].map((id) => accessKeys.ensureRootKey(key(id))))
    const again = await accessKeys.ensureRootKey(key('AKIA4'))

    assert.deepEqual(new Set(made.map((one) => one.accessKeyId)), new Set([again.accessKeyId]))
    assert.equal(again.secret, `secret of ${again.accessKeyId}`)
    assert.deepEqual(again.owner, { kind: 'root' })
    assert.equal(await accessKeys.addRootKey(key('AKIA5'), 2), 'added')
    assert.equal(await accessKeys.addRootKey(key('AKIA6'), 2), 'too-many')
  })

  test('the use of a key is remembered, at most once a minute, and counts as no change', async () => {
    const store = await open()
    const { accessKeyId } = await store.accessKeys.ensureRootKey(key('AKIA1'))
    const generation = store.generation()

    await store.accessKeys.recordUse(accessKeyId, { at, service: 'ssm', region: 'us-east-1' })
    await store.accessKeys.recordUse(accessKeyId, { at: new Date(at.getTime() + 59_999), service: 'iam', region: 'x' })
    assert.deepEqual((await store.accessKeys.findAccessKey(accessKeyId))?.lastUse, {
      at,
      service: 'ssm',
      region: 'us-east-1',
    })

    await store.accessKeys.recordUse(accessKeyId, { at: later, service: 'iam', region: 'x' })
    assert.equal((await store.accessKeys.findAccessKey(accessKeyId))?.lastUse?.service, 'iam')
    assert.equal(store.generation(), generation)
  })

  test('a policy has versions whose numbers are never used twice', async () => {
    const { policies } = await open()
    const { arn } = policy('p')
    await policies.addPolicy(policy('p'), '1')
    for (const document of ['2', '3', '4', '5']) {
      await policies.addVersion(arn, { document, createdAt: later, asDefault: document === '3' }, 5)
    }

    assert.equal(await policies.addVersion(arn, { document: '6', createdAt: later, asDefault: true }, 5), 'too-many')
    assert.equal(await policies.removeVersion(arn, 'v3'), 'is-default')
    assert.equal(await policies.removeVersion(arn, 'v5'), 'removed')
    assert.equal(await policies.removeVersion(arn, 'v5'), 'not-found')
    const sixth = await policies.addVersion(arn, { document: '6', createdAt: later, asDefault: false }, 5)
    assert.deepEqual(sixth, { versionId: 'v6', document: '6', isDefault: false, createdAt: later })

    const versions = await policies.listVersions(arn)
    assert.deepEqual(
      versions.map((version) => [version.versionId, version.document, version.isDefault]),
      [
        ['v6', '6', false],
        ['v4', '4', false],
        ['v3', '3', true],
        ['v2', '2', false],
        ['v1', '1', false],
      ],
    )
    assert.equal(await policies.setDefaultVersion(arn, 'v1', later), 'set')
    assert.equal(await policies.setDefaultVersion(arn, 'v9', later), 'not-found')
    assert.equal(await policies.setDefaultVersion(arn, '1; DROP', later), 'not-found')
    assert.equal((await policies.findPolicy(arn))?.defaultVersionId, 'v1')
    assert.equal((await policies.findVersion(arn, 'v1'))?.isDefault, true)
    assert.equal(
      await policies.addVersion(`${arn}x`, { document: '1', createdAt: at, asDefault: true }, 5),
      'not-found',
    )
  })

  test('a policy goes only when nothing is attached to it and one version is left', async () => {
    const { policies, users, attachments } = await open()
    const { arn } = policy('p')
    await users.addUser(user('alice'))
    await policies.addPolicy(policy('p'), '1')
    await policies.addVersion(arn, { document: '2', createdAt: later, asDefault: true }, 5)
    await attachments.attach('AIDAALICE', arn, 10)

    assert.equal(await policies.removePolicy(arn), 'has-attachments')
    await attachments.detach('AIDAALICE', arn)
    assert.equal(await policies.removePolicy(arn), 'has-versions')
    assert.equal((await policies.listVersions(arn)).length, 2)
    await policies.removeVersion(arn, 'v1')
    assert.equal(await policies.removePolicy(arn), 'removed')
    assert.equal(await policies.removePolicy(arn), 'not-found')
    assert.equal(await policies.findPolicy(arn), undefined)
    assert.deepEqual(await policies.listVersions(arn), [])
  })

  test("AWS's policies are there in every account and cannot be changed", async () => {
    const { policies } = await open()

    const found = await policies.findPolicy(core)
    assert.equal(found?.owner, 'AWS')
    assert.equal(found?.path, '/')
    assert.match((await policies.findVersion(core, found?.defaultVersionId ?? ''))?.document ?? '', /ssmmessages:/)
    assert.equal(await policies.removePolicy(core), 'not-found')
    assert.equal(await policies.addVersion(core, { document: '{}', createdAt: at, asDefault: true }, 5), 'not-found')
    assert.equal(await policies.removeVersion(core, 'v1'), 'not-found')
    assert.equal(await policies.setDefaultVersion(core, 'v1', at), 'not-found')
  })

  test('policies are listed page by page, whoever owns them', async () => {
    const { policies, roles, attachments } = await open()
    await roles.addRole(role('web'))
    for (const name of ['b', 'A', 'c']) await policies.addPolicy(policy(name), '{}')
    await attachments.attach('AROAWEB', policy('c').arn, 10)
    await attachments.attach('AROAWEB', core, 10)

    const names: string[] = []
    for (let after: string | undefined = '', pages = 0; after !== undefined && pages < 100; pages++) {
      const { items, next } = await policies.listPolicies({}, { limit: 2, after })
      names.push(...items.map((item) => item.policyName))
      after = next
    }
    const attached = await policies.listPolicies({ onlyAttached: true }, page)

    assert.equal(new Set(names).size, names.length)
    assert.deepEqual(names.slice(-3), ['A', 'b', 'c'])
    assert.ok(names.includes('AmazonSSMManagedInstanceCore'))
    assert.deepEqual(
      attached.items.map((item) => [item.policyName, item.attachmentCount]),
      [
        ['AmazonSSMManagedInstanceCore', 1],
        ['c', 1],
      ],
    )
    assert.equal((await policies.listPolicies({ owner: 'Local' }, page)).items.length, 3)
    assert.equal((await policies.listPolicies({ owner: 'AWS' }, page)).items.length, names.length - 3)
  })

  test('a policy name that differs in case only is taken, and its document does not land anywhere', async () => {
    const { policies } = await open()
    await policies.addPolicy(policy('p'), 'first')

    assert.equal(await policies.addPolicy(policy('P', { policyId: 'ANPAOTHER' }), 'second'), 'name-taken')

    assert.equal((await policies.findVersion(policy('p').arn, 'v1'))?.document, 'first')
  })

  test('what is not there cannot be attached, and what is attached is attached once', async () => {
    const { users, roles, attachments } = await open()
    await users.addUser(user('alice'))
    await roles.addRole(role('web'))

    assert.equal(await attachments.attach('AIDAALICE', 'arn:aws:iam::aws:policy/Nothing', 10), 'not-found')
    assert.equal(await attachments.attach('AIDANOBODY', core, 10), 'not-found')
    assert.equal(await attachments.attach('AIDAALICE', core, 1), 'attached')
    assert.equal(await attachments.attach('AIDAALICE', core, 1), 'attached')
    assert.equal(await attachments.attach('AIDAALICE', 'arn:aws:iam::aws:policy/AdministratorAccess', 1), 'too-many')
    await attachments.attach('AROAWEB', core, 10)

    assert.deepEqual(await attachments.listAttached('AIDAALICE'), [
      { policyArn: core, policyName: 'AmazonSSMManagedInstanceCore' },
    ])
    const first = await attachments.listEntities(core, { limit: 1 })
    const second = await attachments.listEntities(core, { limit: 1, after: first.next })
    assert.deepEqual(
      [...first.items, ...second.items],
      [
        { kind: 'user', id: 'AIDAALICE', name: 'alice', path: '/' },
        { kind: 'role', id: 'AROAWEB', name: 'web', path: '/' },
      ],
    )
    assert.equal(await attachments.detach('AROAWEB', core), true)
    assert.equal(await attachments.detach('AROAWEB', core), false)
  })

  test('a principal is bound by its inline policies and the default versions of those attached', async () => {
    const { roles, policies, inlinePolicies, attachments } = await open()
    const { arn } = policy('p')
    await roles.addRole(role('web'))
    await policies.addPolicy(policy('p'), 'old')
    await policies.addVersion(arn, { document: 'new', createdAt: later, asDefault: true }, 5)
    await inlinePolicies.putInlinePolicy('AROAWEB', { policyName: 'own', document: 'inline' })
    await attachments.attach('AROAWEB', arn, 10)
    await attachments.attach('AROAWEB', core, 10)

    const binding = await policies.bindingPolicies({ kind: 'role', name: 'WEB' })

    assert.deepEqual(
      binding.map(({ name, arn: label, document }) => [name, label, document.slice(0, 10)]),
      [
        ['own', undefined, 'inline'],
        ['p', arn, 'new'],
        ['AmazonSSMManagedInstanceCore', core, '{"Version"'],
      ],
    )
    assert.deepEqual(await policies.bindingPolicies({ kind: 'user', name: 'web' }), [])
  })

  test('the key of a binding policy changes with its text, also when it is made anew under the same name', async () => {
    const { users, policies, inlinePolicies, attachments } = await open()
    const { arn } = policy('p')
    await users.addUser(user('alice'))
    const keys = async (): Promise<readonly string[]> =>
      (await policies.bindingPolicies({ kind: 'user', name: 'alice' })).map((binding) => binding.key)

    await inlinePolicies.putInlinePolicy('AIDAALICE', { policyName: 'own', document: '1' })
    await policies.addPolicy(policy('p'), '1')
    await attachments.attach('AIDAALICE', arn, 10)
    const before = await keys()
    await inlinePolicies.removeInlinePolicy('AIDAALICE', 'own')
    await inlinePolicies.putInlinePolicy('AIDAALICE', { policyName: 'own', document: '2' })
    await attachments.detach('AIDAALICE', arn)
    await policies.removePolicy(arn)
    await policies.addPolicy(policy('p', { policyId: 'ANPAANEW' }), '2')
    await attachments.attach('AIDAALICE', arn, 10)
    const after = await keys()

    assert.equal(new Set([...before, ...after]).size, 4)
  })

  test('an inline policy is replaced under its name and belongs to an owner that exists', async () => {
    const { roles, inlinePolicies } = await open()
    await roles.addRole(role('web'))

    assert.equal(await inlinePolicies.putInlinePolicy('AROANOBODY', { policyName: 'p', document: '1' }), false)
    assert.equal(await inlinePolicies.putInlinePolicy('AROAWEB', { policyName: 'p', document: '1' }), true)
    assert.equal(await inlinePolicies.putInlinePolicy('AROAWEB', { policyName: 'p', document: '2' }), true)

    assert.deepEqual(await inlinePolicies.listInlinePolicies('AROAWEB'), [{ policyName: 'p', document: '2' }])
    assert.equal(await inlinePolicies.findInlinePolicy('AROAWEB', 'q'), undefined)
    assert.equal(await inlinePolicies.removeInlinePolicy('AROAWEB', 'q'), false)
  })

  test('the generation grows before a change is answered', async () => {
    const store = await open()
    const before = store.generation()

    await store.users.addUser(user('alice'))

    assert.ok(store.generation() > before)
  })
}
