import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IdentityStore } from '../identity-store.ts'
import { core, later, page, policy, role, user } from './identity-samples.ts'

/** What every store of permissions boundaries has to do. `open` answers an empty one. */
export function boundaryContract(open: () => Promise<IdentityStore>): void {
  test('a boundary is set, replaced and taken away, and has to be there', async () => {
    const { users, roles, policies, boundaries } = await open()
    const { arn } = policy('p')
    await users.addUser(user('alice'))
    await roles.addRole(role('web'))
    await policies.addPolicy(policy('p'), '{}')

    assert.equal(await boundaries.setBoundary('AIDAALICE', core), 'set')
    assert.equal(await boundaries.setBoundary('AIDAALICE', arn), 'set')
    assert.equal(await boundaries.setBoundary('AROAWEB', arn), 'set')
    assert.equal(await boundaries.setBoundary('AROAWEB', `${arn}x`), 'no-policy')
    assert.equal(await boundaries.setBoundary('AIDANOBODY', arn), 'no-owner')

    assert.equal((await users.findUser('alice'))?.boundaryArn, arn)
    assert.equal((await roles.findRole('web'))?.boundaryArn, arn)
    assert.equal(await boundaries.removeBoundary('AIDAALICE'), true)
    assert.equal(await boundaries.removeBoundary('AIDAALICE'), true)
    assert.equal(await boundaries.removeBoundary('AIDANOBODY'), false)
    assert.equal((await users.findUser('alice'))?.boundaryArn, undefined)
  })

  test('nobody is made with a boundary that is not there', async () => {
    const { users, roles } = await open()
    const { arn } = policy('none')

    assert.equal(await users.addUser(user('alice', { boundaryArn: arn })), 'no-boundary')
    assert.equal(await roles.addRole(role('web', { boundaryArn: arn })), 'no-boundary')
    assert.equal(await users.addUser(user('alice', { boundaryArn: core })), 'added')
    assert.equal(await roles.addRole(role('web', { boundaryArn: core })), 'added')

    assert.equal((await users.findUser('alice'))?.boundaryArn, core)
    assert.equal((await roles.findRoleById('AROAWEB'))?.boundaryArn, core)
  })

  test('a policy that bounds somebody is counted, listed, and not removed', async () => {
    const { users, roles, policies, boundaries, attachments } = await open()
    const { arn } = policy('p')
    await users.addUser(user('alice'))
    await roles.addRole(role('web'))
    for (const name of ['p', 'q']) await policies.addPolicy(policy(name), '{}')
    for (const id of ['AIDAALICE', 'AROAWEB']) await boundaries.setBoundary(id, arn)
    await boundaries.setBoundary('AROAWEB', core)
    await attachments.attach('AIDAALICE', arn, 10)
    const entities = async (use?: 'permissions' | 'boundary') =>
      (await attachments.listEntities(arn, { ...page, use })).items.map(({ name }) => name)

    const bounding = await policies.listPolicies({ onlyBoundaries: true }, page)
    assert.deepEqual(
      bounding.items.map((item) => [item.policyName, item.attachmentCount, item.boundaryCount]),
      [
        ['AmazonSSMManagedInstanceCore', 0, 1],
        ['p', 1, 1],
      ],
    )
    assert.equal((await policies.findPolicy(core))?.boundaryCount, 1)
    assert.deepEqual(await entities(), ['alice'])
    await attachments.detach('AIDAALICE', arn)
    assert.deepEqual([await entities('permissions'), await entities('boundary')], [[], ['alice']])
    assert.equal(await policies.removePolicy(arn), 'has-attachments')
    await boundaries.removeBoundary('AIDAALICE')
    assert.equal(await policies.removePolicy(arn), 'removed')
  })

  test('the text of one managed policy is that of its default version', async () => {
    const { policies } = await open()
    const { arn } = policy('p')
    await policies.addPolicy(policy('p'), 'old')
    await policies.addVersion(arn, { document: 'new', createdAt: later, asDefault: true }, 5)

    assert.equal((await policies.bindingPolicy(arn))?.document, 'new')
    assert.equal((await policies.bindingPolicy(core))?.name, 'AmazonSSMManagedInstanceCore')
    assert.equal(await policies.bindingPolicy(`${arn}x`), undefined)
  })

  test('an account has no more users, roles and policies than its quota', async () => {
    const { users, roles, policies } = await open()
    await users.addUser(user('alice'))
    await roles.addRole(role('web'))
    await policies.addPolicy(policy('p'), '{}')

    assert.equal(await users.addUser(user('bob'), 1), 'too-many')
    assert.equal(await roles.addRole(role('db'), 1), 'too-many')
    assert.equal(await policies.addPolicy(policy('q'), '{}', 1), 'too-many')
    assert.equal(await users.addUser(user('alice', { userId: 'AIDAOTHER' }), 1), 'name-taken')
    assert.equal((await policies.listVersions(policy('q').arn)).length, 0)
  })
}
