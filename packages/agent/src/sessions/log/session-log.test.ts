import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { type GivenSession, givenSession } from '@fairlead/testkit/given-session'
import type { SessionRequest } from '@fairlead/testkit/session-request'

const inputs = { kmsKeyId: 'alias/sessions' }
const wanted = { ...inputs, s3BucketName: 'session-logs' }

/** A session whose client has its key, and a KMS that opens it; what the node says of it to its operator is silenced. */
async function givenEncrypted(t: TestContext, request: SessionRequest = {}): Promise<GivenSession> {
  const dataKey = randomBytes(64)
  const encryption = { wrapped: Buffer.from('wrapped'), dataKey }
  t.mock.method(process.stderr, 'write', () => true)
  const given = await givenSession(t, { encryption, ...request, document: { inputs, ...request.document } })
  given.server.decrypts = () => dataKey
  return given
}

const folderOf = ({ stateDirectory }: GivenSession) => join(stateDirectory, 'session-logs')
const fileOf = (given: GivenSession) => join(folderOf(given), `${given.session.sessionId}.cast`)

function castOf(given: GivenSession) {
  const [header = '', ...lines] = (readFileSync(fileOf(given), 'utf8').trimEnd() || '{}').split('\n')
  const events = lines.map((line) => JSON.parse(line) as [number, string, string])
  const of = (code: string) => events.flatMap(([, one, text]) => (one === code ? [text] : []))
  return { header: JSON.parse(header), times: events.map(([at]) => at), shown: of('o').join(''), of }
}

async function begun(given: GivenSession): Promise<void> {
  await given.server.until('the prompt', () => /[$#] $/.test(given.session.text))
}

test('what is seen of a shell under a key is in a file of the node, while it goes on', async (t) => {
  const given = await givenEncrypted(t)
  const { server, session, ended } = given
  session.resize(101, 31)
  await begun(given)
  session.type("stty -echo; printf 'grüße-%s\\n' $((6*7)); read secret\n")
  await server.until('the answer', () => session.text.includes('grüße-42'))
  session.type('hunter2\n')
  session.resize(90, 20)
  session.type('stty size\n')
  await server.until('the size', () => session.text.includes('20 90'))
  const seen = session.text
  await eventually(() => castOf(given).shown.startsWith(seen) || undefined, 'it is in the log')
  session.type('exit\n')
  await ended

  const { header, times, shown, of } = castOf(given)
  assert.equal(shown, session.text)
  assert.partialDeepStrictEqual(header, { version: 2, title: `${session.sessionId} on ${server.nodeId}` })
  assert.equal(of('r').at(-1), '90x20')
  assert.deepEqual(
    times,
    times.toSorted((one, other) => one - other),
  )
  assert.doesNotMatch(readFileSync(fileOf(given), 'utf8'), /hunter2/)
  assert.deepEqual([statSync(folderOf(given)).mode & 0o777, statSync(fileOf(given)).mode & 0o777], [0o700, 0o600])
})

test('of a command under a key both streams and the exit code are in the file', async (t) => {
  const commands = 'sh -c "echo out; echo err >&2; exit 5"'
  const given = await givenEncrypted(t, {
    document: {
      sessionType: 'NonInteractiveCommands',
      properties: { linux: { commands, separateOutputStream: 'true' } },
    },
  })
  await given.ended
  const { shown, of } = castOf(given)
  assert.match(shown, /out\n/)
  assert.match(shown, /err\n/)
  assert.deepEqual(of('m'), ['EXIT_CODE: 5'])
})

test('a session that the server can read leaves nothing, nor does any where logs are off', async (t) => {
  const clear = await givenSession(t)
  const off = await givenEncrypted(t, { keepsLogs: false })
  for (const given of [clear, off]) {
    await begun(given)
    given.session.type('exit\n')
    assert.equal((await given.ended).status, 'Success')
    assert.ok(!readdirSync(given.stateDirectory).includes('session-logs'))
  }
})

test('a session that should be logged is not begun where it would not be', async (t) => {
  const refused = [
    await givenEncrypted(t, { keepsLogs: false, document: { inputs: wanted } }),
    await givenSession(t, { document: { inputs: { s3BucketName: 'session-logs' } } }),
    await givenSession(t, { document: { inputs: { cloudWatchLogGroupName: '/sessions' } } }),
  ]
  for (const { session, ended } of refused) {
    const { status, output } = await ended
    assert.equal(status, 'Failed')
    assert.match(output, /asks for a log, and this node keeps none/)
    assert.equal(session.length, 0)
  }
})

test('a log that cannot be written stops the session that asks for it, and no other', async (t) => {
  for (const isWanted of [true, false]) {
    const given = await givenEncrypted(t, isWanted ? { document: { inputs: wanted } } : {})
    writeFileSync(folderOf(given), 'in its way')
    if (!isWanted) {
      await begun(given)
      given.session.type('exit\n')
    }
    const { status, output } = await given.ended
    assert.equal(status, isWanted ? 'Failed' : 'Success')
    if (isWanted) assert.match(output, /The log of the session cannot be written on the node: /)
  }
})
