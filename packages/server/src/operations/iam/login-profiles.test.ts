import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { allow, deny, given } from '@fairlead/testkit/given'
import { elementOf } from '@fairlead/testkit/xml'
import { type PasswordPolicy, passwordFault } from '../../domain/password-policy.ts'

// One server for all: each test has users of its own, and leaves no policy behind.
const { root, user, dataDir } = await given({ after })
const violation = { code: 'PasswordPolicyViolation' }

async function withPolicy(policy: object, work: () => Promise<void>): Promise<void> {
  await root.query('iam', 'UpdateAccountPasswordPolicy', policy)
  try {
    await work()
  } finally {
    await root.query('iam', 'DeleteAccountPasswordPolicy', {})
  }
}

test('a user has one password, which nobody is shown and which goes before the user', async () => {
  const profile = { UserName: 'alice', Password: 'Correct-Horse-1', PasswordResetRequired: true }
  await root.query('iam', 'CreateUser', { UserName: 'alice' })
  await assert.rejects(root.query('iam', 'GetLoginProfile', { UserName: 'alice' }), {
    code: 'NoSuchEntity',
    message: 'Login Profile for User alice cannot be found.',
  })

  const answer = await root.query('iam', 'CreateLoginProfile', profile)

  assert.equal(elementOf(answer, 'PasswordResetRequired'), 'true')
  await assert.rejects(root.query('iam', 'CreateLoginProfile', profile), { code: 'EntityAlreadyExists' })
  const shown = await root.query('iam', 'GetLoginProfile', { UserName: 'alice' })
  assert.ok(elementOf(shown, 'CreateDate') && !shown.includes('Horse'))
  await root.query('iam', 'UpdateLoginProfile', { UserName: 'alice', PasswordResetRequired: false })
  assert.match(await root.query('iam', 'GetLoginProfile', { UserName: 'alice' }), /<PasswordResetRequired>false/)
  await assert.rejects(root.query('iam', 'DeleteUser', { UserName: 'alice' }), {
    code: 'DeleteConflict',
    message: 'Cannot delete entity, must delete login profile first.',
  })
  await root.query('iam', 'DeleteLoginProfile', { UserName: 'alice' })
  await root.query('iam', 'DeleteUser', { UserName: 'alice' })
  await assert.rejects(root.query('iam', 'CreateLoginProfile', profile), { code: 'NoSuchEntity' })
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  for (const { parentPath, name } of files) {
    assert.ok(!readFileSync(join(parentPath, name), 'latin1').includes('Correct-Horse-1'), name)
  }
})

test('a user changes its own password when it may, and knows the old one', async () => {
  const bob = await user('bob', [allow('iam:ChangePassword', 'arn:aws:iam::123456789012:user/bob')])
  await root.query('iam', 'CreateLoginProfile', { UserName: 'bob', Password: 'First-password-1' })
  const change = (OldPassword: string, NewPassword: string) =>
    bob.query('iam', 'ChangePassword', { OldPassword, NewPassword })

  await assert.rejects(change('Wrong-password-1', 'Second-password-2'), {
    code: 'AccessDenied',
    message: 'The old password was incorrect.',
  })
  await assert.rejects(change('First-password-1', 'weak'), violation)
  await change('First-password-1', 'Second-password-2')
  await assert.rejects(change('First-password-1', 'Third-password-3'), { code: 'AccessDenied' })
  await assert.rejects(root.query('iam', 'ChangePassword', { OldPassword: 'a', NewPassword: 'b' }), {
    code: 'InvalidUserType',
  })
})

test('the account may let all users change their password, but not those who are denied it', async () => {
  const carol = await user('carol', [])
  const denied = await user('denied', [deny('iam:ChangePassword')])
  for (const UserName of ['carol', 'denied']) {
    await root.query('iam', 'CreateLoginProfile', { UserName, Password: 'First-password-1' })
  }
  const input = { OldPassword: 'First-password-1', NewPassword: 'Second-password-2' }

  await assert.rejects(carol.query('iam', 'ChangePassword', input), { message: /not authorized .*iam:ChangePassword/ })
  await assert.rejects(carol.query('iam', 'GetAccountPasswordPolicy', {}), { code: 'AccessDenied' })
  await withPolicy({ AllowUsersToChangePassword: true, MinimumPasswordLength: 8 }, async () => {
    assert.match(await carol.query('iam', 'GetAccountPasswordPolicy', {}), /<MinimumPasswordLength>8</)
    await assert.rejects(denied.query('iam', 'ChangePassword', input), { message: /with an explicit deny/ })
    await carol.query('iam', 'ChangePassword', input)
  })
})

test('passwords do not come back for as long as the policy remembers', async () => {
  await root.query('iam', 'CreateUser', { UserName: 'dave' })
  const set = (Password: string) => root.query('iam', 'UpdateLoginProfile', { UserName: 'dave', Password })
  await root.query('iam', 'CreateLoginProfile', { UserName: 'dave', Password: 'Password-0' })

  await withPolicy({ PasswordReusePrevention: 2 }, async () => {
    await assert.rejects(set('Password-0'), { ...violation, message: 'Password has been used before' })
    await set('Password-1')
    await assert.rejects(set('Password-0'), violation)
    await set('Password-2')
    await set('Password-0')
  })
})

test('the policy is as it was last set, and gone when it is deleted', async () => {
  const gone = { code: 'NoSuchEntity', message: /Password Policy with domain name 123456789012 cannot be found/ }
  await assert.rejects(root.query('iam', 'GetAccountPasswordPolicy', {}), gone)

  await withPolicy({ MinimumPasswordLength: 14, RequireSymbols: true, MaxPasswordAge: 90 }, async () => {
    const set = await root.query('iam', 'GetAccountPasswordPolicy', {})
    assert.equal(elementOf(set, 'MaxPasswordAge'), '90')
    assert.equal(elementOf(set, 'ExpirePasswords'), 'true')
    await root.query('iam', 'UpdateAccountPasswordPolicy', { RequireNumbers: true })
    const next = await root.query('iam', 'GetAccountPasswordPolicy', {})
    assert.equal(elementOf(next, 'MinimumPasswordLength'), '6')
    assert.equal(elementOf(next, 'RequireSymbols'), 'false')
    assert.equal(elementOf(next, 'MaxPasswordAge'), undefined)
  })

  await assert.rejects(root.query('iam', 'GetAccountPasswordPolicy', {}), gone)
  await assert.rejects(root.query('iam', 'DeleteAccountPasswordPolicy', {}), { code: 'NoSuchEntity' })
})

test('a password is judged by the policy, or by the general rules', () => {
  const all: PasswordPolicy = {
    minimumLength: 6,
    needsSymbol: true,
    needsNumber: true,
    needsUppercase: true,
    needsLowercase: true,
    usersMayChange: false,
    isHardExpiry: false,
  }
  const fault = (password: string, policy?: PasswordPolicy) =>
    passwordFault(password, policy, ['123456789012', 'Acme-Corp'])

  assert.equal(fault('Aa1!xx', all), undefined)
  assert.match(fault('Aa1!x', all) ?? '', /minimum length of 6/)
  assert.match(fault('aa1!xx', all) ?? '', /uppercase/)
  assert.match(fault('AA1!XX', all) ?? '', /lowercase/)
  assert.match(fault('Aab!xx', all) ?? '', /number/)
  // A blank is no symbol.
  assert.match(fault('Aa1 xx', all) ?? '', /symbol/)
  assert.equal(fault('Aaaaaaa1'), undefined)
  assert.match(fault('Aaaaaaaa') ?? '', /at least three/)
  assert.match(fault('Aaaaaa1') ?? '', /minimum length of 8/)
  assert.match(fault('Acme-Corp') ?? '', /name of the account/)
})
