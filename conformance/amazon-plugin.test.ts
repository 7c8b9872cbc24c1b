import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { HeldClient } from './clients/held-client.ts'
import { findOfficialAgent } from './clients/official-agent.ts'
import { findOfficialPlugin } from './clients/official-plugin.ts'
import { reasonToSkip } from './clients/python-environment.ts'
import { run } from './clients/run.ts'
import { everyDocument } from './sessions/every-document.ts'
import { surviveOutage, surviveRestart } from './sessions/server-away.ts'
import { ownPluginFolder, type Start, sessionBench } from './sessions/session-bench.ts'
import { reasonWithoutTerminal, workOnTerminal } from './sessions/terminal-course.ts'

const amazonPlugin = findOfficialPlugin()
const amazonAgent = findOfficialAgent()
const skip = amazonPlugin.skip || (await reasonToSkip('the AWS CLI', 'aws', ['--version']))
const noTerminal = await reasonWithoutTerminal()

// Each pairing of Amazon's programs with ours and with each other; ours with ours is in sessions.test.ts.
const pairings = [
  { plugin: 'Amazon’s', agent: 'our', folder: amazonPlugin.folder, node: 'ours' },
  { plugin: 'our', agent: 'Amazon’s', folder: ownPluginFolder, node: 'amazon' },
  { plugin: 'Amazon’s', agent: 'Amazon’s', folder: amazonPlugin.folder, node: 'amazon' },
] as const

type Owner = { after(end: () => Promise<void> | void): void }

describe("Amazon's plugin and agent, unmodified", { skip }, async () => {
  const bench = await sessionBench({ after }, { withOfficialAgent: amazonAgent.skip === false })
  const root = bench.server.client()

  for (const { plugin, agent, folder, node } of pairings) {
    const reason = node === 'amazon' && amazonAgent.skip
    const who = `with ${plugin} plugin and ${agent} agent`
    const nodeId = bench.nodes[node]
    const environment = () => bench.environment(folder)

    test(`a person works in a shell ${who}`, { skip: reason || noTerminal }, async (t) => {
      await bench.untilConnected(nodeId)
      await workOnTerminal(t, bench.words(nodeId), environment())
    })

    for (const [document, use] of Object.entries(everyDocument)) {
      test(`${document} does what it is for ${who}`, { skip: reason }, async (t) => {
        await use(t, { bench, nodeId, pluginFolder: folder, bytesEach: 200_000 })
      })
    }

    const held = (t: Owner, start: Start = {}) => new HeldClient(t, bench.words(nodeId, start), environment())

    if (node === 'ours') {
      for (const end of ['kill', 'stop'] as const) {
        test(`a shell and a download go on ${who} after 20 s without a server (${end})`, async (t) => {
          await bench.untilConnected(nodeId)
          await surviveOutage(t, {
            server: bench.server,
            awayMs: 20_000,
            end,
            shell: (t) => held(t),
            forward: (t, port) =>
              held(t, { document: 'AWS-StartPortForwardingSession', parameters: { portNumber: String(port) } }),
          })
        })
      }
    } else {
      test(`a shell that prints goes on ${who} when the server starts again`, { skip: reason }, async (t) => {
        await bench.untilConnected(nodeId)
        await surviveRestart(t, bench.server, held(t))
      })
    }

    if (plugin === 'our') {
      test(`fairlead cp brings a file to the node and back ${who}`, { skip: reason }, async (t) => {
        await bench.untilConnected(nodeId)
        const shared = mkdtempSync(join(tmpdir(), 'fairlead-copy-'))
        chmodSync(shared, 0o777) // the session may be another user's
        t.after(() => rmSync(shared, { recursive: true, force: true }))
        const [from, to, back] = [join(shared, 'from'), join(shared, 'to'), join(shared, 'back')]
        const bytes = randomBytes(2_000_000)
        // What is the replacement character in UTF-8 is where Amazon's agent loses bytes.
        bytes.set([0xef, 0xbf, 0xbd], 1_000_000)
        writeFileSync(from, bytes)
        for (const ends of [
          [from, `${nodeId}:${to}`],
          [`${nodeId}:${to}`, back],
        ]) {
          const words = ['cp', ...ends, '--data-dir', bench.server.dataDir]
          const { exitCode, stderr } = await run(join(ownPluginFolder, 'fairlead'), words, { ...environment() })
          assert.equal(exitCode, 0, stderr)
        }
        assert.ok(readFileSync(back).equals(bytes))
      })
    }

    test(`a plugin that is killed leaves a session that can be ended ${who}`, { skip: reason }, async (t) => {
      await bench.untilConnected(nodeId)
      const client = held(t)
      const [, SessionId = ''] = await client.untilSays(/SessionId: (\S+)/)
      client.write('echo up-$((6*7))\n')
      await client.untilSays(/up-42/)
      client.kill()
      const status = async (State: 'Active' | 'History') => {
        const Filters = [{ key: 'SessionId' as const, value: SessionId }]
        const { Sessions = [] } = await root.call('ssm', 'DescribeSessions', { State, Filters })
        return Sessions[0]?.Status
      }
      await eventually(async () => (await status('Active')) === 'Disconnected' || undefined, 'it is Disconnected')
      await root.call('ssm', 'TerminateSession', { SessionId })
      await eventually(async () => (await status('History')) === 'Terminated' || undefined, 'it is Terminated')
      assert.equal(await status('Active'), undefined)
    })
  }
})
