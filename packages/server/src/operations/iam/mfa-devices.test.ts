import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { inflateSync } from 'node:zlib'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { allow, given, type PolicyText } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { elementOf, elementsOf } from '@fairlead/testkit/xml'
import decodeQR from 'qr/decode.js'
import { oneTimeCode, stepAt } from '../../domain/one-time-code.ts'

// One server for all: each test has users and devices of its own.
const clock = new ManualClock(new Date('2026-05-05T05:05:05Z'))
const { root, user, client } = await given({ after }, { clock })
const stepMs = 30_000
const arn = (resource: string) => `arn:aws:iam::123456789012:${resource}`

interface Device {
  readonly SerialNumber: string
  /** The code that it shows now, or some steps off. */
  code(steps?: number): string
}

async function makeDevice(name: string): Promise<Device> {
  const answer = await root.query('iam', 'CreateVirtualMFADevice', { VirtualMFADeviceName: name })
  const seed = bytesOfBase32(Buffer.from(elementOf(answer, 'Base32StringSeed') ?? '', 'base64').toString())
  return {
    SerialNumber: elementOf(answer, 'SerialNumber') ?? '',
    code: (steps = 0) => oneTimeCode(seed, stepAt(clock.now()) + steps),
  }
}

async function enable(UserName: string, { SerialNumber, code }: Device, steps = 0): Promise<string> {
  return await root.query('iam', 'EnableMFADevice', {
    UserName,
    SerialNumber,
    AuthenticationCode1: code(steps - 1),
    AuthenticationCode2: code(steps),
  })
}

/** A user with a device that is enabled, and time enough for a new code. */
async function userWithDevice(name: string, policies: readonly PolicyText[]): Promise<[ApiClient, Device]> {
  const caller = await user(name, policies)
  const device = await makeDevice(name)
  await enable(name, device)
  clock.advance(2 * stepMs)
  return [caller, device]
}

function sessionOf(answer: string): ApiClient {
  return client({
    accessKeyId: elementOf(answer, 'AccessKeyId') ?? '',
    secretAccessKey: elementOf(answer, 'SecretAccessKey') ?? '',
    sessionToken: elementOf(answer, 'SessionToken'),
  })
}

const onlyWithMfa: PolicyText = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['iam:ListUsers', 'ssm:DescribeInstanceInformation'],
      Resource: '*',
      Condition: {
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
        NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' },
      },
    },
  ],
}

test('codes are those of RFC 6238', () => {
  const seed = Buffer.from('12345678901234567890')
  const at = (seconds: number) => oneTimeCode(seed, stepAt(new Date(seconds * 1000)))

  // Appendix B, the last six digits.
  assert.deepEqual([59, 1111111109, 1234567890, 20000000000].map(at), ['287082', '081804', '005924', '353130'])
})

test('a new device shows its seed once, as text and as a picture that reads the same', async () => {
  const answer = await root.query('iam', 'CreateVirtualMFADevice', {
    VirtualMFADeviceName: 'shown',
    Path: '/ops/',
    Tags: [{ Key: 'a', Value: 'b' }],
  })
  const seed = Buffer.from(elementOf(answer, 'Base32StringSeed') ?? '', 'base64').toString()

  assert.equal(elementOf(answer, 'SerialNumber'), arn('mfa/ops/shown'))
  assert.match(seed, /^[A-Z2-7]{64}$/)
  assert.equal(
    decodeQR(pixelsOf(Buffer.from(elementOf(answer, 'QRCodePNG') ?? '', 'base64'))),
    `otpauth://totp/shown%40123456789012?secret=${seed}`,
  )
  const listed = await root.query('iam', 'ListVirtualMFADevices', { AssignmentStatus: 'Unassigned' })
  assert.ok(elementsOf(listed, 'SerialNumber').includes(arn('mfa/ops/shown')))
  assert.equal(elementOf(listed, 'Base32StringSeed'), undefined)
  const tags = await root.query('iam', 'ListMFADeviceTags', { SerialNumber: arn('mfa/ops/shown') })
  assert.equal(elementOf(tags, 'Key'), 'a')
  await assert.rejects(root.query('iam', 'CreateVirtualMFADevice', { VirtualMFADeviceName: 'shown', Path: '/ops/' }), {
    code: 'EntityAlreadyExists',
  })
})

test('a device is given to a user by two codes in a row, and keeps the user until it is taken away', async () => {
  await user('alice', [])
  await user('alina', [])
  const device = await makeDevice('alice')
  const { SerialNumber, code } = device
  const two = (AuthenticationCode1: string, AuthenticationCode2: string) =>
    root.query('iam', 'EnableMFADevice', {
      UserName: 'alice',
      SerialNumber,
      AuthenticationCode1,
      AuthenticationCode2,
    })

  for (const wrong of [two(code(), code(-1)), two(code(-2), code()), two(code(-50), code(-49))]) {
    await assert.rejects(wrong, { code: 'InvalidAuthenticationCode' })
  }
  await two(code(-1), code())
  await assert.rejects(enable('alina', device), { code: 'EntityAlreadyExists' })
  const listed = await root.query('iam', 'ListMFADevices', { UserName: 'alice' })
  assert.deepEqual(elementsOf(listed, 'SerialNumber'), [SerialNumber])
  assert.match(await root.query('iam', 'GetMFADevice', { SerialNumber, UserName: 'alice' }), /EnableDate/)
  await assert.rejects(root.query('iam', 'DeleteVirtualMFADevice', { SerialNumber }), { code: 'DeleteConflict' })
  await assert.rejects(root.query('iam', 'DeactivateMFADevice', { SerialNumber, UserName: 'alina' }), {
    code: 'NoSuchEntity',
  })
  await root.query('iam', 'DeactivateMFADevice', { SerialNumber, UserName: 'alice' })
  await root.query('iam', 'DeleteVirtualMFADevice', { SerialNumber })
  await assert.rejects(root.query('iam', 'DeleteVirtualMFADevice', { SerialNumber }), { code: 'NoSuchEntity' })
})

test('a user with a device is not deleted before it', async () => {
  await root.query('iam', 'CreateUser', { UserName: 'keeper' })
  const device = await makeDevice('keeper')
  await enable('keeper', device)

  await assert.rejects(root.query('iam', 'DeleteUser', { UserName: 'keeper' }), {
    code: 'DeleteConflict',
    message: 'Cannot delete entity, must delete MFA device first.',
  })
  await root.query('iam', 'DeactivateMFADevice', { SerialNumber: device.SerialNumber, UserName: 'keeper' })
  await root.query('iam', 'DeleteUser', { UserName: 'keeper' })
})

test('only a session that began with a code has MFA, for as long as the policy says', async () => {
  const [bob, { SerialNumber, code }] = await userWithDevice('bob', [onlyWithMfa])
  const plain = sessionOf(await bob.query('sts', 'GetSessionToken', {}))
  const session = sessionOf(await bob.query('sts', 'GetSessionToken', { SerialNumber, TokenCode: code() }))

  await session.query('iam', 'ListUsers', {})
  await session.call('ssm', 'DescribeInstanceInformation', {})
  await assert.rejects(bob.query('iam', 'ListUsers', {}), { code: 'AccessDenied' })
  await assert.rejects(plain.call('ssm', 'DescribeInstanceInformation', {}), { code: 'AccessDeniedException' })
  // IAM does not even know a session without a code.
  await assert.rejects(plain.query('iam', 'ListUsers', {}), { code: 'InvalidClientTokenId' })

  clock.advance(3_600_000)
  await assert.rejects(session.query('iam', 'ListUsers', {}), { code: 'AccessDenied' })
})

test('a code is good once, and a step before and after its time', async () => {
  const [carol, { SerialNumber, code }] = await userWithDevice('carol', [])
  const sign = (TokenCode: string) => carol.query('sts', 'GetSessionToken', { SerialNumber, TokenCode })
  const wrong = {
    code: 'AccessDenied',
    message: 'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
  }

  await sign(code(-1))
  await assert.rejects(sign(code(-1)), wrong)
  const answers = await Promise.allSettled([sign(code()), sign(code()), sign(code())])
  assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1)
  await sign(code(1))
  await assert.rejects(sign(code()), wrong)
})

test('a code has to be of the device of the user who shows it', async () => {
  const [, { SerialNumber, code }] = await userWithDevice('dave', [])
  const thief = await user('thief', [])
  const theirs = {
    code: 'AccessDenied',
    message:
      'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
  }

  await assert.rejects(thief.query('sts', 'GetSessionToken', { SerialNumber, TokenCode: code() }), theirs)
  await assert.rejects(root.query('sts', 'GetSessionToken', { SerialNumber, TokenCode: code() }), theirs)
  await assert.rejects(thief.query('sts', 'GetSessionToken', { SerialNumber }), {
    message: 'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.',
  })
})

test('wrong codes make the device deaf, the longer the more there are, also when they come together', async () => {
  const [erin, { SerialNumber, code }] = await userWithDevice('erin', [])
  const sign = (TokenCode: string) => erin.query('sts', 'GetSessionToken', { SerialNumber, TokenCode })
  const notNow = String((Number(code()) + 500_000) % 1_000_000).padStart(6, '0')
  const paused = { code: 'AccessDenied', message: /too many wrong codes/ }

  await Promise.allSettled(Array.from({ length: 30 }, () => sign(notNow)))
  for (let tries = 0; tries < 5; tries++) await assert.rejects(sign(notNow), { code: 'AccessDenied' })
  await assert.rejects(sign(code()), paused)
  clock.advance(20 * stepMs)
  await assert.rejects(sign(notNow), { message: /invalid MFA one time pass code/ })
  await assert.rejects(sign(code()), paused)
  clock.advance(3_600_000)
  await sign(code())
})

test('a device whose clock went wrong is heard again after two codes in a row', async () => {
  const [frank, { SerialNumber, code }] = await userWithDevice('frank', [])
  const sign = (TokenCode: string) => frank.query('sts', 'GetSessionToken', { SerialNumber, TokenCode })

  await assert.rejects(sign(code(9)), { code: 'AccessDenied' })
  await root.query('iam', 'ResyncMFADevice', {
    UserName: 'frank',
    SerialNumber,
    AuthenticationCode1: code(8),
    AuthenticationCode2: code(9),
  })
  await assert.rejects(sign(code(9)), { code: 'AccessDenied' })
  clock.advance(stepMs)
  await sign(code(9))
})

test('a role may ask for a code, which its session does not have', async () => {
  const [gina, { SerialNumber, code }] = await userWithDevice('gina', [])
  const RoleArn = arn('role/guarded')
  const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }
  const Statement = [{ Effect: 'Allow', Principal: { AWS: arn('user/gina') }, Action: 'sts:AssumeRole', Condition }]
  await root.query('iam', 'CreateRole', {
    RoleName: 'guarded',
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
  })
  await root.query('iam', 'PutRolePolicy', {
    RoleName: 'guarded',
    PolicyName: 'p',
    PolicyDocument: JSON.stringify(onlyWithMfa),
  })
  const input = { RoleArn, RoleSessionName: 'one' }

  await assert.rejects(gina.query('sts', 'AssumeRole', input), { code: 'AccessDenied' })
  await assert.rejects(gina.query('sts', 'AssumeRole', { ...input, SerialNumber, TokenCode: '000000' }), {
    message: 'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
  })
  const direct = sessionOf(await gina.query('sts', 'AssumeRole', { ...input, SerialNumber, TokenCode: code() }))
  await assert.rejects(direct.query('iam', 'ListUsers', {}), { code: 'AccessDenied' })
  clock.advance(stepMs)
  const own = sessionOf(await gina.query('sts', 'GetSessionToken', { SerialNumber, TokenCode: code() }))
  await own.query('sts', 'AssumeRole', input)
})

test('tags of a device are seen by policies', async () => {
  const SerialNumber = arn('mfa/tagged')
  await root.query('iam', 'CreateVirtualMFADevice', { VirtualMFADeviceName: 'tagged' })
  await root.query('iam', 'TagMFADevice', { SerialNumber, Tags: [{ Key: 'Team', Value: 'Web' }] })
  const Condition = { StringEquals: { 'aws:ResourceTag/Team': 'Web' } }
  const Statement = [{ Effect: 'Allow', Action: 'iam:*MFADevice*', Resource: '*', Condition }]
  const hugo = await user('hugo', [{ Version: '2012-10-17', Statement }])

  await hugo.query('iam', 'UntagMFADevice', { SerialNumber, TagKeys: ['team'] })
  await assert.rejects(hugo.query('iam', 'DeleteVirtualMFADevice', { SerialNumber }), { code: 'AccessDenied' })
  await assert.rejects(
    hugo.query('iam', 'TagMFADevice', { SerialNumber: arn('mfa/none'), Tags: [{ Key: 'a', Value: 'b' }] }),
    {
      code: 'AccessDenied',
    },
  )
  assert.ok(await user('ida', [allow('iam:*')]))
})

function bytesOfBase32(text: string): Uint8Array {
  const bits = Array.from(text, (letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  )
  return Uint8Array.from(bits.join('').match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
}

/** The picture as a reader of QR codes takes it: RGBA. Knows only what we make: one bit a pixel, no filters. */
function pixelsOf(png: Buffer): { width: number; height: number; data: Uint8Array } {
  const side = png.readUInt32BE(16)
  const at = png.indexOf('IDAT')
  const lines = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)))
  const width = 1 + Math.ceil(side / 8)
  const data = new Uint8Array(side * side * 4).fill(255)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const isWhite = ((lines[y * width + 1 + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0
      if (!isWhite) data.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3)
    }
  }
  return { width: side, height: side, data }
}
