import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IdentityStore } from '../identity-store.ts'
import { at, core, later, page, policy, role, user } from './identity-samples.ts'

/** What every store of policies has to do. `open` answers an empty one. */
export function policyContract(open: () => Promise<IdentityStore>): void {
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
    await inlinePolicies.putInlinePolicy('AROAWEB', { policyName: 'own', document: 'inline' }, 9)
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

    await inlinePolicies.putInlinePolicy('AIDAALICE', { policyName: 'own', document: '1' }, 9)
    await policies.addPolicy(policy('p'), '1')
    await attachments.attach('AIDAALICE', arn, 10)
    const before = await keys()
    await inlinePolicies.removeInlinePolicy('AIDAALICE', 'own')
    await inlinePolicies.putInlinePolicy('AIDAALICE', { policyName: 'own', document: '2' }, 9)
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

    assert.equal(await inlinePolicies.putInlinePolicy('AROANOBODY', { policyName: 'p', document: '1' }, 9), 'no-owner')
    assert.equal(await inlinePolicies.putInlinePolicy('AROAWEB', { policyName: 'p', document: '1' }, 9), 'put')
    assert.equal(await inlinePolicies.putInlinePolicy('AROAWEB', { policyName: 'p', document: '2' }, 9), 'put')

    assert.deepEqual(await inlinePolicies.listInlinePolicies('AROAWEB'), [{ policyName: 'p', document: '2' }])
    assert.equal(await inlinePolicies.findInlinePolicy('AROAWEB', 'q'), undefined)
    assert.equal(await inlinePolicies.removeInlinePolicy('AROAWEB', 'q'), false)
  })

  test('inline policies put at the same time do not pass their common limit, white space aside', async () => {
    const { users, inlinePolicies } = await open()
    await users.addUser(user('alice'))
    const put = (policyName: string, document: string) =>
      inlinePolicies.putInlinePolicy('AIDAALICE', { policyName, document }, 10)

    const answers = await Promise.all([put('a', '{ "1": 2\n\t\r}'), put('b', '1234'), put('a', '12345')])

    assert.deepEqual(answers, ['put', 'too-long', 'put'])
    assert.equal(await put('b', '12345'), 'put')
    assert.equal(await put('c', '1'), 'too-long')
    assert.equal(await put('b', '123456'), 'too-long')
  })
}
