import assert from 'node:assert/strict'
import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { givenProgram } from '../packages/agent/src/testing/given-program.ts'
import { bundleOf, bundleThat } from './agent-updates/bundles.ts'
import { handOut, updateDocument } from './agent-updates/fake-bundles.ts'

const bundle = bundleOf('0.2.0')

/** An agent that has been asked to update, and looks at its state directory. */
async function updating(t: TestContext, offered = bundle, ...options: readonly string[]) {
  const { server, folder, start } = await givenProgram(t)
  handOut(server, '0.2.0', offered)
  const versions = join(folder, 'state', 'versions')
  const run = () => start(...options)
  const first = run()
  await server.until('the channel', () => server.channelsOpened > 0)
  const commandId = server.sendCommand({ steps: [], document: updateDocument })

  /** Waits, and looks so often that little happens between what is waited for and what is done then. */
  const until = (what: string, isSo: () => boolean) => server.until(what, isSo, 40_000, 1)

  /** Starts the agent as a service manager does: again, as long as what is left of the one before is in its way. */
  const startAgain = async () => {
    const opened = server.channelsOpened
    for (;;) {
      const { child, ended } = run()
      const connected = server.until('the channel', () => server.channelsOpened > opened, 40_000).then(() => undefined)
      const end = await Promise.race([ended, connected])
      if (end === undefined) return child
      assert.match(end.errors, /Another agent/)
    }
  }

  const version = () =>
    server.calls.findLast(({ operation }) => operation === 'UpdateInstanceInformation')?.input['AgentVersion']

  /** The agent is there for commands. */
  const works = async () => {
    const end = await server.endOf(server.sendCommand({ steps: [['echo here']] }))
    assert.equal(end.content.plugins.get('step0')?.standardOutput, 'here\n')
  }
  return { server, first, commandId, versions, until, startAgain, version, works }
}

type World = Awaited<ReturnType<typeof updating>>

/** From the first step of an update to its last. */
const moments: readonly (readonly [when: string, isSo: (world: World) => boolean, signal?: 'SIGTERM'])[] = [
  ['while the bundle is downloaded', ({ versions }) => existsSync(join(versions, 'fetching'))],
  ['while the bundle is unpacked', ({ versions }) => existsSync(join(versions, 'new', 'packages'))],
  ['when the version is ready', ({ versions }) => existsSync(join(versions, '0.2.0'))],
  ['when the version on trial has connected', ({ server }) => server.channelsOpened > 1],
  ['when it is told to stop in the trial', ({ server }) => server.channelsOpened > 1, 'SIGTERM'],
  ['when the version was switched to', ({ versions }) => isLink(join(versions, 'current'))],
  ['when the version that stays has connected', ({ server }) => server.channelsOpened > 2],
]

describe('an agent that is killed while it updates', { concurrency: 3 }, () => {
  for (const [when, isSo, signal = 'SIGKILL'] of moments) {
    test(`${when}, is updated by the next one, and the command succeeds once`, async (t) => {
      const world = await updating(t)
      await world.until(when, () => isSo(world))
      world.first.child.kill(signal)
      await world.first.ended

      await world.startAgain()

      const end = await world.server.endOf(world.commandId)
      assert.equal(end.content.documentStatus, 'Success', JSON.stringify([...end.content.plugins]))
      assert.equal(readlinkSync(join(world.versions, 'current')), '0.2.0')
      await world.works()
      assert.equal(world.version(), '0.2.0')
      assert.equal(readFileSync(join(world.versions, '0.2.0', 'starts'), 'utf8'), '', 'no start came to nothing')
    })
  }

  test('a version on trial that hangs does not outlive who watched it for longer than until the next start', async (t) => {
    const hangs = bundleThat('0.2.0', 'setInterval(() => undefined, 1000)')
    const { server, first, versions, until, startAgain, commandId, works } = await updating(
      t,
      hangs,
      '--update-trial',
      '1',
    )
    const note = join(versions, 'on-trial')
    await until('the trial', () => existsSync(note))
    const [, second = ''] = readFileSync(note, 'utf8').split('\n')
    const trial = Number.parseInt(second, 10)
    first.child.kill('SIGKILL')
    await first.ended
    assert.ok(isThere(trial))

    await startAgain()

    await eventually(() => (isThere(trial) ? undefined : true), 'it is gone')
    assert.equal((await server.endOf(commandId)).content.documentStatus, 'Failed')
    await works()
  })

  test('a cancel that comes during the trial is too late, and the command says so', async (t) => {
    const { server, until, commandId, works, version } = await updating(t)
    const before = server.channelsOpened
    // So it cannot show that it works before it has heard of the cancel.
    server.answers.set('UpdateInstanceInformation', () => 'InternalServerError')
    await until('the version on trial', () => server.channelsOpened > before)
    const acks = server.acks.length
    server.cancelCommand(commandId)
    await until('the answer to the cancel', () => server.acks.length > acks)
    server.answers.delete('UpdateInstanceInformation')
    // A report that failed is made again with the next channel.
    server.dropChannel()

    const end = await server.endOf(commandId)

    assert.equal(end.content.documentStatus, 'Success')
    assert.match(end.content.plugins.get('update')?.standardOutput ?? '', /updated to 0\.2\.0\n.*too late/)
    await works()
    assert.equal(version(), '0.2.0')
  })

  test('a version on trial that is killed is rolled back, and the one before it never ended', async (t) => {
    const { server, first, versions, until, commandId, works, version } = await updating(t)
    const before = server.channelsOpened
    // So it cannot show that it works before it is killed.
    server.answers.set('UpdateInstanceInformation', () => 'InternalServerError')
    await until('the version on trial', () => server.channelsOpened > before)
    const trial = Number(readFileSync(join(versions, '..', 'agent.pid'), 'utf8'))
    assert.notEqual(trial, first.child.pid)
    process.kill(trial, 'SIGKILL')

    const end = await server.endOf(commandId)

    assert.equal(end.content.documentStatus, 'Failed')
    assert.match(end.content.plugins.get('update')?.standardError ?? '', /rolled back to .*: it ended by SIGKILL/)
    await eventually(() => (existsSync(join(versions, '0.2.0')) ? undefined : true), 'the version is gone')
    await works()
    assert.notEqual(version(), '0.2.0')
    assert.equal(first.child.exitCode, null)
  })
})

function isThere(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
}
