import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { allow, given } from '@fairlead/testkit/given'
import { elementOf, elementsOf } from '@fairlead/testkit/xml'
import type { EntityType } from '@fairlead/wire/model/generated/iam'

// One server for all; what the account has is counted before and after.
const { root } = await given({ after })
const arn = (resource: string) => `arn:aws:iam::123456789012:${resource}`
const text = (policy: object) => JSON.stringify(policy)
const AssumeRolePolicyDocument = text({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})

test('an account has one alias', async () => {
  const aliases = async () => elementsOf(await root.query('iam', 'ListAccountAliases', {}), 'member')

  assert.deepEqual(await aliases(), [])
  for (const AccountAlias of ['acme', 'acme-prod']) await root.query('iam', 'CreateAccountAlias', { AccountAlias })
  assert.deepEqual(await aliases(), ['acme-prod'])
  await assert.rejects(root.query('iam', 'DeleteAccountAlias', { AccountAlias: 'acme' }), { code: 'NoSuchEntity' })
  await root.query('iam', 'DeleteAccountAlias', { AccountAlias: 'acme-prod' })
  assert.deepEqual(await aliases(), [])
  await assert.rejects(root.query('iam', 'CreateAccountAlias', { AccountAlias: '-acme' }), { code: 'ValidationError' })
})

test('a summary counts what the account has and says what it may have', async () => {
  const summary = async () => {
    const answer = await root.query('iam', 'GetAccountSummary', {})
    const keys = elementsOf(answer, 'key')
    const values = elementsOf(answer, 'value')
    return Object.fromEntries(keys.map((key, index) => [key, Number(values[index])]))
  }
  const before = await summary()
  await root.query('iam', 'CreateUser', { UserName: 'counted' })
  await root.query('iam', 'CreateGroup', { GroupName: 'counted' })
  await root.query('iam', 'CreatePolicy', { PolicyName: 'counted', PolicyDocument: text(allow('ssm:*')) })

  const now = await summary()

  assert.equal((now['Users'] ?? 0) - (before['Users'] ?? 0), 1)
  assert.equal((now['Groups'] ?? 0) - (before['Groups'] ?? 0), 1)
  assert.equal((now['Policies'] ?? 0) - (before['Policies'] ?? 0), 1)
  assert.equal((now['PolicyVersionsInUse'] ?? 0) - (before['PolicyVersionsInUse'] ?? 0), 1)
  assert.equal(now['AccountAccessKeysPresent'], 1)
  assert.equal(now['GroupsPerUserQuota'], 10)
  assert.equal(now['UserPolicySizeQuota'], 2048)
})

test('a role gets another description and keeps the rest', async () => {
  await root.query('iam', 'CreateRole', { RoleName: 'told', AssumeRolePolicyDocument, MaxSessionDuration: 7200 })

  const answer = await root.query('iam', 'UpdateRoleDescription', { RoleName: 'told', Description: 'a & b' })

  assert.equal(elementOf(answer, 'Description'), 'a & b')
  const shown = await root.query('iam', 'GetRole', { RoleName: 'told' })
  assert.deepEqual([elementOf(shown, 'Description'), elementOf(shown, 'MaxSessionDuration')], ['a & b', '7200'])
})

test('the details of an account show who is bound by what', async () => {
  const boundary = arn('policy/edge')
  const document = text(allow('iam:ListUsers'))
  const core = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'
  await root.query('iam', 'CreatePolicy', { PolicyName: 'edge', Description: 'the edge', PolicyDocument: document })
  await root.query('iam', 'CreateGroup', { GroupName: 'crew' })
  await root.query('iam', 'PutGroupPolicy', { GroupName: 'crew', PolicyName: 'of-crew', PolicyDocument: document })
  await root.query('iam', 'CreateUser', { UserName: 'sailor', PermissionsBoundary: boundary })
  await root.query('iam', 'AddUserToGroup', { GroupName: 'crew', UserName: 'sailor' })
  await root.query('iam', 'PutUserPolicy', { UserName: 'sailor', PolicyName: 'own', PolicyDocument: document })
  await root.query('iam', 'CreateRole', { RoleName: 'boat', AssumeRolePolicyDocument })
  await root.query('iam', 'AttachRolePolicy', { RoleName: 'boat', PolicyArn: core })
  await root.query('iam', 'CreateInstanceProfile', { InstanceProfileName: 'berth' })
  await root.query('iam', 'AddRoleToInstanceProfile', { InstanceProfileName: 'berth', RoleName: 'boat' })
  const of = async (Filter: readonly EntityType[]) => root.query('iam', 'GetAccountAuthorizationDetails', { Filter })

  const users = await of(['User'])
  const groups = await of(['Group'])
  const roles = await of(['Role'])
  const policies = await of(['LocalManagedPolicy', 'AWSManagedPolicy'])

  const sailor = users.slice(users.indexOf('sailor') - 200)
  assert.deepEqual(elementsOf(sailor, 'PolicyName'), ['own'])
  assert.ok(elementsOf(sailor, 'member').includes('crew'))
  assert.equal(elementOf(sailor, 'PermissionsBoundaryArn'), boundary)
  assert.equal(decodeURIComponent(elementOf(sailor, 'PolicyDocument') ?? ''), document)
  assert.ok(!users.includes('<GroupId>') && elementsOf(groups, 'GroupName').includes('crew'))
  assert.ok(elementsOf(groups, 'PolicyName').includes('of-crew'))
  assert.ok(elementsOf(roles, 'InstanceProfileName').includes('berth'))
  assert.ok(elementsOf(roles, 'PolicyArn').includes(core))
  const arns = elementsOf(policies, 'Arn')
  assert.ok(arns.includes(boundary) && arns.includes(core))
  assert.ok(!arns.includes('arn:aws:iam::aws:policy/ReadOnlyAccess'), 'a policy of AWS that nobody uses')
  assert.ok(elementsOf(policies, 'Document').some((encoded) => decodeURIComponent(encoded) === document))
})

test('the pages of details go through all kinds, and leave nobody out', async () => {
  const input = { MaxItems: 2 }
  const arns: string[] = []
  let Marker: string | undefined
  for (let pages = 0; pages < 50; pages++) {
    const page = await root.query('iam', 'GetAccountAuthorizationDetails', { ...input, ...(Marker && { Marker }) })
    const items = elementsOf(page, 'Arn').filter((found) => !found.includes(':instance-profile/'))
    arns.push(...items)
    Marker = elementOf(page, 'Marker')
    if (Marker === undefined) break
  }

  const all = await root.query('iam', 'GetAccountAuthorizationDetails', {})
  assert.equal(Marker, undefined)
  assert.deepEqual(
    [...new Set(arns)].sort(),
    [...new Set(elementsOf(all, 'Arn'))].filter((found) => !found.includes(':instance-profile/')).sort(),
  )
})
