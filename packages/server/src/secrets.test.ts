import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { channelWorld } from '@fairlead/testkit/channel-world'
import { activate, NodeMachine, someKeys } from '@fairlead/testkit/node-machine'
import { elementOf } from '@fairlead/testkit/xml'

/** Files whose purpose is to hold a secret for their owner. */
const ofTheOwner: ReadonlySet<string> = new Set(['credentials', 'master.key', 'metrics-token'])

/** Everything that a server wrote below its data directory, by file. */
function filesOf(folder: string): readonly (readonly [string, Buffer])[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !ofTheOwner.has(entry.name))
    .map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name))] as const)
}

/** How a secret could have been written down by mistake. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  return [secret, bytes.toString('base64').replace(/.{0,4}$/, ''), bytes.toString('hex'), encodeURIComponent(secret)]
}

test('no secret gets into log, audit, events, errors, metrics, the database or another file', async (t) => {
  const lines: string[] = []
  const note = (fields: object, message: string) =>
    void lines.push(
      JSON.stringify(fields, (_, value) => (value instanceof Error ? inFull(value) : value)),
      message,
    )
  const world = await channelWorld(t, { log: { debug: note, info: note, warn: note, error: note } })
  const { server, root, nodeId, dataDir, node, url, rootCredentials, client } = world
  await world.open()
  /** Secrets by name. Those of `answered` are kept for their owner to read, and may be nowhere but in the store. */
  const secrets: Record<string, string> = { 'root key': rootCredentials.secretAccessKey }
  const answered: Record<string, string> = {}

  const alice = await server.user('alice', [])
  secrets['user key'] = alice.credentials?.secretAccessKey ?? ''
  const trust = {
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::123456789012:user/alice' },
    Action: 'sts:AssumeRole',
  }
  await root.query('iam', 'CreateRole', {
    RoleName: 'some',
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
  })
  const RoleArn = 'arn:aws:iam::123456789012:role/some'
  const assumed = await alice.query('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'work' })
  secrets['session key'] = elementOf(assumed, 'SecretAccessKey') ?? ''
  secrets['session token'] = elementOf(assumed, 'SessionToken') ?? ''

  const activation = await activate(world)
  secrets['activation code'] = activation.ActivationCode
  await NodeMachine.register(world, { activation })
  const role = await node.credentials()
  secrets['role key of a node'] = role.secretAccessKey
  secrets['role token of a node'] = role.sessionToken ?? ''
  secrets['private key of a node'] = someKeys.privateKey.split('\n').slice(1, 4).join('\n')

  answered['parameter of a command'] = 'MARKED-PARAMETER-OF-A-COMMAND'
  const commands = [`echo ${answered['parameter of a command']}`]
  await world.send({ Parameters: { commands } })

  const session = await root.call('ssm', 'StartSession', { Target: nodeId })
  secrets['token of a data channel'] = session.TokenValue ?? ''
  const KeyId = (await root.call('kms', 'CreateKey', {})).KeyMetadata?.KeyId ?? ''
  const { Plaintext = new Uint8Array() } = await root.call('kms', 'GenerateDataKey', { KeyId, KeySpec: 'AES_256' })
  secrets['data key'] = Buffer.from(Plaintext).toString('base64')

  secrets['password'] = 'Marked-Password-4711-of-alice'
  const wrongPassword = 'Marked-Password-0815-that-is-wrong'
  secrets['wrong password'] = wrongPassword
  await root.query('iam', 'CreateLoginProfile', { UserName: 'alice', Password: secrets['password'] })
  const device = await root.query('iam', 'CreateVirtualMFADevice', { VirtualMFADeviceName: 'alice' })
  // Base64 of the text that a person would type; the bytes are what is sealed.
  secrets['seed of an MFA device'] = Buffer.from(elementOf(device, 'Base32StringSeed') ?? '', 'base64').toString()

  secrets['secure string'] = 'Marked-Value-of-a-SecureString'
  const secure = { Name: '/marked/secure', Type: 'SecureString', Value: secrets['secure string'] } as const
  await root.call('ssm', 'PutParameter', secure)
  const { Parameter } = await root.call('ssm', 'GetParameter', { Name: secure.Name, WithDecryption: true })
  assert.equal(Parameter?.Value, secure.Value)
  await root.call('ssm', 'GetParameterHistory', { Name: secure.Name, WithDecryption: true })
  secrets['plaintext of Encrypt'] = 'Marked-Plaintext-of-Encrypt'
  await root.call('kms', 'Encrypt', { KeyId, Plaintext: Buffer.from(secrets['plaintext of Encrypt']) })
  const claims = { iss: 'https://issuer.example', sub: 'Marked-Subject-of-a-Token', aud: 'fairlead' }
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const body = `${part({ alg: 'RS256', kid: 'one' })}.${part(claims)}`
  secrets['identity token'] = `${body}.${Buffer.from('Marked-Signature-of-a-Token').toString('base64url')}`
  const identityToken = { RoleArn, RoleSessionName: 'work', WebIdentityToken: secrets['identity token'] }

  // Each of them once more where something is wrong with the request.
  const wrongSecret = (secret: string) => client({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: secret })
  const register = { Fingerprint: 'some', PublicKey: someKeys.publicKey, PublicKeyType: 'Rsa' } as const
  const code = secrets['activation code']
  const refusals = await Promise.all(
    [
      wrongSecret(secrets['user key'] ?? '').call('ssm', 'ListCommands', {}),
      client({ ...role, sessionToken: `${role.sessionToken}x` }).call('ssm', 'ListCommands', {}),
      client({ ...role, accessKeyId: 'ASIAIOSFODNN7EXAMPLE' }).query('sts', 'GetCallerIdentity', {}),
      world.send({ TimeoutSeconds: 1, Parameters: { commands } }),
      world.send({ InstanceIds: ['mi-00000000000000000'], Parameters: { commands } }),
      world.send({ Parameters: { commands: commands[0] as never } }),
      alice.call('ssm', 'SendCommand', { DocumentName: 'AWS-RunShellScript', Parameters: { commands } }),
      root.query('iam', 'CreateLoginProfile', { UserName: 'alice', Password: wrongPassword }),
      root.query('iam', 'CreateLoginProfile', { UserName: 'nobody', Password: wrongPassword }),
      root.query('iam', 'UpdateLoginProfile', { UserName: 'alice', Password: `${wrongPassword.repeat(10)}` }),
      alice.query('iam', 'ChangePassword', { OldPassword: wrongPassword, NewPassword: secrets['password'] }),
      root.call('ssm', 'PutParameter', secure),
      root.call('ssm', 'PutParameter', { ...secure, Name: '/marked/other', AllowedPattern: '[0-9]+' }),
      root.call('ssm', 'PutParameter', { ...secure, Name: '/marked/other', KeyId: 'alias/nowhere' }),
      root.call('ssm', 'PutParameter', { ...secure, Value: secure.Value.repeat(400), Overwrite: true }),
      root.call('ssm', 'PutParameter', { ...secure, Type: 'Secure' as never }),
      alice.call('ssm', 'PutParameter', secure),
      alice.call('ssm', 'GetParameter', { Name: secure.Name, WithDecryption: true }),
      client(undefined).query('sts', 'AssumeRoleWithWebIdentity', identityToken),
      client(undefined).query('sts', 'AssumeRoleWithWebIdentity', { ...identityToken, RoleSessionName: '?' }),
      client(undefined).query('sts', 'AssumeRoleWithWebIdentity', {
        ...identityToken,
        WebIdentityToken: `${secrets['identity token']}.${secrets['identity token']}`,
      }),
      client(undefined).call('ssm', 'RegisterManagedInstance', { ...activation, ...register }),
      client(undefined).call('ssm', 'RegisterManagedInstance', {
        ...register,
        ActivationId: 'none',
        ActivationCode: `${code}${code}${code}${'x'.repeat(300)}`,
      }),
      client(undefined).call('ssm', 'RegisterManagedInstance', { ...register, ActivationCode: code } as never),
    ].map((call) => Promise.resolve(call).then(() => 'nothing was refused', String)),
  )
  assert.deepEqual(
    refusals.filter((refusal) => refusal === 'nothing was refused'),
    [],
  )
  const token = readFileSync(join(dataDir, 'metrics-token'), 'utf8').trim()
  const metrics = await (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })).text()
  await world.server.stop()

  const files = filesOf(dataDir)
  const told = Buffer.from([...lines, ...refusals, metrics].join('\n'))
  const audit = Buffer.concat(files.filter(([name]) => name.endsWith('.jsonl')).map(([, bytes]) => bytes))
  assert.ok(audit.includes('"eventName":"SendCommand"') && audit.includes('"eventName":"AssumeRole"'))
  assert.ok(told.includes('fairlead_requests_total'))
  const found: string[] = []
  const look = (name: string, secret: string, places: readonly (readonly [string, Buffer])[]) => {
    assert.ok(secret.length >= 16, name)
    for (const form of formsOf(secret)) {
      for (const [place, bytes] of places) if (bytes.includes(form)) found.push(`${name} in ${place}`)
    }
  }
  for (const [name, secret] of Object.entries(secrets)) look(name, secret, [...files, ['what was told', told]])
  for (const [name, secret] of Object.entries(answered)) {
    look(name, secret, [
      ['the audit', audit],
      ['what was told', told],
    ])
  }
  assert.deepEqual(found, [])
})

/** An error with its causes, as a log might write it. */
function inFull(error: Error): object {
  return { ...error, stack: error.stack, cause: error.cause instanceof Error ? inFull(error.cause) : error.cause }
}
