import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { allow, given } from '@fairlead/testkit/given'
import { elementOf } from '@fairlead/testkit/xml'
import { SignJWT } from 'jose'
import type { AuditRecord } from '../../domain/audit-record.ts'
import { serverCertificate } from '../../gateway/private-ca.ts'
import { createVault } from '../../store/vault.ts'

// One server and one issuer for all: each test has roles of its own.
const { root, client, dataDir } = await given({ after })
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
const pair = await serverCertificate({
  folder: join(dataDir, 'issuer'),
  vault: createVault([new Uint8Array(32).fill(7)], random),
  hosts: ['localhost'],
  now: new Date(),
})
const thumbprint = new X509Certificate(pair.ca).fingerprint.replaceAll(':', '')
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const published = [jwk(rsa.publicKey, 'one'), jwk(ec.publicKey, 'two')]
let asked = 0
let isSilent = false

const server = createServer({ key: pair.key, cert: pair.cert }, ({ url }, answer) => {
  asked++
  if (isSilent) return void answer.writeHead(503).end()
  const configuration = { issuer, jwks_uri: `${issuer}/keys` }
  answer.end(JSON.stringify(url === '/keys' ? { keys: published } : configuration))
})
server.listen(0, 'localhost')
await once(server, 'listening')
after(() => {
  server.close()
  server.closeAllConnections()
})
const host = `localhost:${(server.address() as AddressInfo).port}`
const issuer = `https://${host}`
const provider = `arn:aws:iam::123456789012:oidc-provider/${host}`
const caller = client(undefined)

await root.query('iam', 'CreateOpenIDConnectProvider', {
  Url: issuer,
  ClientIDList: ['fairlead'],
  ThumbprintList: [thumbprint],
})

function jwk(key: KeyObject, kid: string): object {
  return { ...key.export({ format: 'jwk' }), kid, use: 'sig' }
}

/** A role that trusts the issuer's tokens under these conditions. */
async function makeRole(RoleName: string, Condition: object, actions: readonly string[] = []): Promise<string> {
  const Action = ['sts:AssumeRoleWithWebIdentity', ...actions]
  const Statement = [{ Effect: 'Allow', Principal: { Federated: provider }, Action, Condition }]
  await root.query('iam', 'CreateRole', {
    RoleName,
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
  })
  await root.query('iam', 'PutRolePolicy', {
    RoleName,
    PolicyName: 'p',
    PolicyDocument: JSON.stringify(allow('iam:ListUsers')),
  })
  return `arn:aws:iam::123456789012:role/${RoleName}`
}

const seconds = () => Math.floor(Date.now() / 1000)

async function tokenOf(
  claims: Readonly<Record<string, unknown>>,
  alg = 'RS256',
  key = rsa.privateKey,
  kid = 'one',
): Promise<string> {
  const whole = { iss: issuer, sub: 'repo:acme', aud: 'fairlead', iat: seconds(), exp: seconds() + 300, ...claims }
  return await new SignJWT(whole).setProtectedHeader({ alg, kid }).sign(key)
}

async function assume(RoleArn: string, WebIdentityToken: string, input: object = {}): Promise<string> {
  return await caller.query('sts', 'AssumeRoleWithWebIdentity', {
    RoleArn,
    RoleSessionName: 'build',
    WebIdentityToken,
    ...input,
  })
}

function sessionOf(answer: string): typeof caller {
  return client({
    accessKeyId: elementOf(answer, 'AccessKeyId') ?? '',
    secretAccessKey: elementOf(answer, 'SecretAccessKey') ?? '',
    sessionToken: elementOf(answer, 'SessionToken'),
  })
}

test('a token of a trusted issuer becomes a session of the role, without any signature', async () => {
  const role = await makeRole('trusting', {
    StringEquals: { [`${host}:aud`]: 'fairlead', [`${host}:sub`]: 'repo:acme' },
  })

  const answer = await assume(role, await tokenOf({}))

  assert.equal(elementOf(answer, 'Arn'), 'arn:aws:sts::123456789012:assumed-role/trusting/build')
  assert.equal(elementOf(answer, 'SubjectFromWebIdentityToken'), 'repo:acme')
  assert.equal(elementOf(answer, 'Provider'), provider)
  assert.equal(elementOf(answer, 'Audience'), 'fairlead')
  await sessionOf(answer).query('iam', 'ListUsers', {})
  const Policy = JSON.stringify(allow('iam:ListRoles'))
  const narrowed = sessionOf(await assume(role, await tokenOf({}, 'ES256', ec.privateKey, 'two'), { Policy }))
  await assert.rejects(narrowed.query('iam', 'ListUsers', {}), { message: /because no session policy allows/ })
  await assert.rejects(assume(role, await tokenOf({}), { DurationSeconds: 3_601 }), { code: 'ValidationError' })
})

test('a role that does not trust the subject, or is not there, is refused in the same words', async () => {
  const role = await makeRole('choosy', { StringEquals: { [`${host}:sub`]: 'repo:other' } })
  const refusal = { code: 'AccessDenied', message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity' }

  await assert.rejects(assume(role, await tokenOf({})), refusal)
  await assert.rejects(assume('arn:aws:iam::123456789012:role/nowhere', await tokenOf({})), refusal)
  await assume(role, await tokenOf({ sub: 'repo:other' }))
})

test('how somebody signed in is asked for by amr', async () => {
  const role = await makeRole('strong', { 'ForAnyValue:StringEquals': { [`${host}:amr`]: 'mfa' } })

  await assume(role, await tokenOf({ amr: ['pwd', 'mfa'] }))
  await assert.rejects(assume(role, await tokenOf({ amr: ['pwd'] })), { code: 'AccessDenied' })
})

test('a token is refused that is old, new, for others, of others, or not signed by the issuer', async () => {
  const role = await makeRole('strict', {})
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const refused = async (token: string | Promise<string>) =>
    assume(role, await token).then(
      () => 'accepted',
      ({ code }: { code: string }) => code,
    )
  const good = await tokenOf({})
  const [head = '', body = ''] = good.split('.')
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const unsigned = `${part({ alg: 'none' })}.${body}.`
  // Signed with the public key as if it were a secret.
  const confused = `${part({ alg: 'HS256', kid: 'one' })}.${body}`
  const mac = createHmac('sha256', rsa.publicKey.export({ format: 'pem', type: 'spki' })).update(confused)

  assert.equal(await refused(good), 'accepted')
  assert.equal(await refused(tokenOf({ exp: seconds() - 60 })), 'ExpiredTokenException')
  const invalid = {
    'not before later': tokenOf({ nbf: seconds() + 600 }),
    'issued later': tokenOf({ iat: seconds() + 600 }),
    'without an end': tokenOf({ exp: undefined }),
    'for others': tokenOf({ aud: 'others' }),
    'for several': tokenOf({ aud: ['fairlead', 'others'] }),
    'asked for by others': tokenOf({ azp: 'others' }),
    'of an issuer that is no text': tokenOf({ iss: 5 }),
    'of a subject that is no text': tokenOf({ sub: 5 }),
    'of an unknown issuer': tokenOf({ iss: 'https://example.com' }),
    'of an issuer without HTTPS': tokenOf({ iss: `http://${host}` }),
    'signed by another key': tokenOf({}, 'RS256', stranger),
    'signed by an unknown key': tokenOf({}, 'RS256', stranger, 'three'),
    unsigned,
    confused: `${confused}.${mac.digest('base64url')}`,
    'with another body': `${head}.${part({ iss: issuer, sub: 'x', aud: 'fairlead' })}.${good.split('.')[2]}`,
    'no token': 'some.thing.else',
  }
  for (const [what, token] of Object.entries(invalid)) assert.equal(await refused(token), 'InvalidIdentityToken', what)
  assert.equal(await refused(tokenOf({ aud: ['fairlead', 'others'], azp: 'fairlead' })), 'accepted')
})

test('an issuer is asked once for its keys, and again at most twice a minute for those that it lacks', async () => {
  const role = await makeRole('busy', {})
  await assume(role, await tokenOf({}))
  const before = asked
  const unknown = await tokenOf({}, 'RS256', rsa.privateKey, 'four')

  await Promise.all(Array.from({ length: 5 }, async () => assume(role, await tokenOf({}))))
  await Promise.allSettled(Array.from({ length: 5 }, () => assume(role, unknown)))

  assert.ok(asked - before <= 2, `${asked - before} more questions`)
})

test('an issuer is believed under its certificate only, and its silence is told', async () => {
  const role = await makeRole('careful', {})
  const change = (ThumbprintList: readonly string[]) =>
    root.query('iam', 'UpdateOpenIDConnectProviderThumbprint', { OpenIDConnectProviderArn: provider, ThumbprintList })

  await change(['0'.repeat(40)])
  await assert.rejects(assume(role, await tokenOf({})), { code: 'IDPCommunicationError' })
  // The certificate of the issuer itself, in the other case.
  const own = new X509Certificate(pair.cert).fingerprint.replaceAll(':', '').toUpperCase()
  isSilent = true
  await change([own])
  await assert.rejects(assume(role, await tokenOf({})), { code: 'IDPCommunicationError' })
  isSilent = false
  await assume(role, await tokenOf({}))
  await change([thumbprint])
})

test('an issuer may give tags and a source identity, if the role lets it', async () => {
  const role = await makeRole('marked', { StringEquals: { 'aws:RequestTag/Team': 'Web' } }, [
    'sts:TagSession',
    'sts:SetSourceIdentity',
  ])
  const untaggable = await makeRole('unmarked', {})
  const claims = (team: unknown) => ({
    'https://aws.amazon.com/tags': { principal_tags: { Team: [team] }, transitive_tag_keys: ['Team'] },
    'https://aws.amazon.com/source_identity': 'builder',
  })

  const answer = await assume(role, await tokenOf(claims('Web')))
  assert.equal(elementOf(answer, 'SourceIdentity'), 'builder')
  await assert.rejects(assume(role, await tokenOf(claims('Db'))), { code: 'AccessDenied' })
  await assert.rejects(assume(untaggable, await tokenOf(claims('Web'))), {
    message: 'Not authorized to perform sts:TagSession',
  })
  await assert.rejects(assume(role, await tokenOf(claims(7))), { code: 'InvalidIdentityToken' })
})

test('the issuer is known in the session that it began, and in none that is assumed with it', async () => {
  const role = await makeRole('federated', {})
  const trusting = (RoleName: string, AWS: readonly string[], Condition: object) =>
    root.query('iam', 'CreateRole', {
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole', Condition }],
      }),
    })
  const ofIssuer = 'arn:aws:iam::123456789012:role/of-issuer'
  await trusting('of-issuer', [role], { StringEquals: { 'aws:FederatedProvider': provider } })
  await trusting('of-nobody', [role, ofIssuer], { Null: { 'aws:FederatedProvider': 'true' } })
  const next = (session: typeof caller, name: string) =>
    session.query('sts', 'AssumeRole', { RoleArn: `arn:aws:iam::123456789012:role/${name}`, RoleSessionName: 'next' })

  const session = sessionOf(await assume(role, await tokenOf({})))
  await assert.rejects(next(session, 'of-nobody'), { code: 'AccessDenied' })
  const chained = sessionOf(await next(session, 'of-issuer'))
  await next(chained, 'of-nobody')
})

test('nothing is said of MFA in a session that an issuer vouches for', async () => {
  const role = await makeRole('unknowing', {})
  const session = sessionOf(await assume(role, await tokenOf({})))
  const only = async (Condition: object) => {
    const Statement = [{ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*', Condition }]
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    await root.query('iam', 'PutRolePolicy', { RoleName: 'unknowing', PolicyName: 'p', PolicyDocument })
    return await session.query('iam', 'ListUsers', {}).then(
      () => true,
      () => false,
    )
  }

  assert.equal(await only({ Null: { 'aws:MultiFactorAuthPresent': 'true' } }), true)
  assert.equal(await only({ Bool: { 'aws:MultiFactorAuthPresent': 'false' } }), false)
  assert.equal(await only({ Null: { 'aws:TokenIssueTime': 'false' } }), true)
})

test('the audit names the issuer and the subject, once the token is known to be good', async () => {
  const role = await makeRole('audited', { StringEquals: { [`${host}:sub`]: 'repo:acme' } })
  const forged = `${(await tokenOf({})).slice(0, -8)}AAAAAAAA`

  await assume(role, await tokenOf({}), { RoleSessionName: 'good-one' })
  await assert.rejects(assume(role, await tokenOf({ sub: 'repo:other' }), { RoleSessionName: 'denied-one' }))
  await assert.rejects(assume(role, forged, { RoleSessionName: 'forged-one' }))

  assert.deepEqual(await audited('good-one'), {
    type: 'WebIdentityUser',
    arn: `${host}:repo:acme`,
    userId: `${provider}:fairlead:repo:acme`,
    userName: 'repo:acme',
    identityProvider: provider,
  })
  assert.equal((await audited('denied-one')).userName, 'repo:other')
  assert.deepEqual(await audited('forged-one'), { type: 'Anonymous', arn: 'anonymous', userId: '' })
})

/** Who the audit says was behind the request for a session of this name. */
function audited(sessionName: string): Promise<AuditRecord['userIdentity']> {
  const folder = join(dataDir, 'audit')
  return eventually(() => {
    const lines = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'))
    const line = lines.find((text) => text.includes(`"${sessionName}"`))
    return line === undefined ? undefined : (JSON.parse(line) as AuditRecord).userIdentity
  }, `the audit has the request for ${sessionName}`)
}

test('providers are made, listed, changed and deleted', async () => {
  const Url = `${issuer}/more`
  const OpenIDConnectProviderArn = `${provider}/more`
  const input = { Url, Tags: [{ Key: 'a', Value: 'b' }] }
  const show = () => root.query('iam', 'GetOpenIDConnectProvider', { OpenIDConnectProviderArn })

  // The certificate that it shows is taken for good when none is named.
  await root.query('iam', 'CreateOpenIDConnectProvider', input)
  await assert.rejects(root.query('iam', 'CreateOpenIDConnectProvider', input), { code: 'EntityAlreadyExists' })
  assert.ok((await root.query('iam', 'ListOpenIDConnectProviders', {})).includes(OpenIDConnectProviderArn))
  const ClientID = 'another'
  await root.query('iam', 'AddClientIDToOpenIDConnectProvider', { OpenIDConnectProviderArn, ClientID })
  const shown = await show()
  assert.equal(elementOf(shown, 'Url'), `${host}/more`)
  assert.ok(shown.includes(thumbprint.toLowerCase()) && shown.includes(ClientID))
  await root.query('iam', 'RemoveClientIDFromOpenIDConnectProvider', { OpenIDConnectProviderArn, ClientID })
  await root.query('iam', 'TagOpenIDConnectProvider', { OpenIDConnectProviderArn, Tags: [{ Key: 'c', Value: 'd' }] })
  await root.query('iam', 'UntagOpenIDConnectProvider', { OpenIDConnectProviderArn, TagKeys: ['a'] })
  const tags = await root.query('iam', 'ListOpenIDConnectProviderTags', { OpenIDConnectProviderArn })
  assert.ok(tags.includes('<Key>c</Key>') && !tags.includes('<Key>a</Key>'))
  assert.ok(!(await show()).includes(ClientID))
  await root.query('iam', 'DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn })
  await assert.rejects(show(), { code: 'NoSuchEntity' })

  for (const wrong of ['http://example.com', 'https://example.com?a=b', 'https://a:b@example.com', 'example.com']) {
    await assert.rejects(
      root.query('iam', 'CreateOpenIDConnectProvider', { Url: wrong, ThumbprintList: [thumbprint] }),
      { code: 'InvalidInput' },
      wrong,
    )
  }
  await assert.rejects(root.query('iam', 'CreateOpenIDConnectProvider', { Url: 'https://localhost:1' }), {
    code: 'OpenIdIdpCommunicationError',
  })
})
