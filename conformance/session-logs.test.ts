import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { allow } from '@fairlead/testkit/given'
import { HeldClient } from './clients/held-client.ts'
import { findOfficialAgent } from './clients/official-agent.ts'
import { Terminal } from './clients/terminal.ts'
import { ownPluginFolder, sessionBench } from './sessions/session-bench.ts'
import { reasonWithoutTerminal } from './sessions/terminal-course.ts'

const noTerminal = await reasonWithoutTerminal()
const amazonAgent = findOfficialAgent()

describe('what is left of a session', async () => {
  const bench = await sessionBench({ after }, { withOfficialAgent: amazonAgent.skip === false })
  const { server, ourAgent } = bench
  const root = server.client()
  const environment = bench.environment(ownPluginFolder)
  const fairlead = (...words: string[]) => [join(ownPluginFolder, 'fairlead'), ...words, '--data-dir', server.dataDir]

  for (const [agent, nodeId, skip] of [
    ['our', bench.nodes.ours, noTerminal],
    ['Amazon’s', bench.nodes.amazon, noTerminal || amazonAgent.skip],
  ] as const) {
    test(`with ${agent} agent, the recording of a shell draws on a terminal what the shell drew`, {
      skip,
    }, async (t) => {
      await bench.untilConnected(nodeId)
      const shell = await Terminal.open(t, fairlead('shell', nodeId), environment)
      const [, sessionId = ''] = /SessionId: (\S+)/.exec(await shell.untilShows(/SessionId: \S+.*[$#]\s*$/s)) ?? []
      await shell.enter(
        "stty -echo; printf '\\033[2J\\033[8;20Hdrawn %s\\033[3;5H\\033[31mgrüße 日本\\033[0m\\033[12;1H' $((6*7))",
      )
      await shell.untilShows(/^ {4}grüße 日本$.*^ {19}drawn 42$/ms)
      await shell.enter('vim -u NONE -N /dev/null')
      await shell.untilShows(/^~$/m)
      await shell.enter(':q')
      await shell.untilShows(/drawn 42/)
      await shell.enter("printf 'done-%s\\n' $((6*8))")
      const drawn = await shell.untilShows(/done-48/)
      await shell.enter('exit')
      assert.equal(await shell.ended(), 0)

      await untilRecorded(sessionId)
      const player = await Terminal.open(
        t,
        fairlead('recordings', 'play', sessionId, '--idle-limit', '0.05'),
        environment,
      )
      assert.equal(await player.ended(), 0)
      assert.equal(untilDone(await player.screen()), untilDone(drawn))
    })
  }

  async function untilRecorded(sessionId: string): Promise<void> {
    await eventually(async () => {
      const list = new HeldClient({ after }, fairlead('recordings', 'ls', '--json'), environment)
      await list.ended()
      const found = (JSON.parse(list.said) as { SessionId: string; EndDate?: number }[]).find(
        (recording) => recording.SessionId === sessionId,
      )
      return found?.EndDate
    }, 'the recording has ended')
  }

  test('of an encrypted shell that should be logged the node has a log, though its process is killed', async (t) => {
    const { KeyMetadata } = await root.call('kms', 'CreateKey', {})
    const inputs = {
      kmsKeyId: KeyMetadata?.KeyId,
      s3BucketName: 'session-logs',
      s3EncryptionEnabled: true,
      runAsEnabled: false,
    }
    const Content = JSON.stringify({ schemaVersion: '1.0', description: '', sessionType: 'Standard_Stream', inputs })
    const DocumentVersion = '$LATEST'
    await root.call('ssm', 'UpdateDocument', { Name: 'SSM-SessionManagerRunShell', Content, DocumentVersion })
    await root.query('iam', 'PutRolePolicy', {
      RoleName: 'Node',
      PolicyName: 'sessions',
      PolicyDocument: JSON.stringify(allow('kms:Decrypt')),
    })
    const shell = new HeldClient(t, fairlead('shell', bench.nodes.ours), environment)
    const [, sessionId = ''] = await shell.untilSays(/SessionId: (\S+)/)
    shell.write('echo sealed-$((6*7))\n')
    await shell.untilSays(/sealed-42/)
    const { stateDirectory } = ourAgent
    const file = join(stateDirectory, 'session-logs', `${sessionId}.cast`)
    await eventually(() => readFileSync(file, 'utf8').includes('sealed-42') || undefined, 'it is in the log', 2_000)
    process.kill(
      Number.parseInt(readFileSync(join(stateDirectory, 'sessions', sessionId, 'process'), 'utf8'), 10),
      'SIGKILL',
    )

    const player = new HeldClient(t, fairlead('recordings', 'play', file), environment)
    assert.equal(await player.ended(), 0)
    assert.match(player.said, /sealed-42/)
    const refused = new HeldClient(t, fairlead('recordings', 'play', sessionId), environment)
    assert.notEqual(await refused.ended(), 0)
    assert.match(refused.complained, /session-logs of its state directory/)

    // Amazon's agent would leave none, so there is no session.
    if (bench.nodes.amazon === '') return
    const elsewhere = new HeldClient(t, fairlead('shell', bench.nodes.amazon), environment)
    assert.notEqual(await elsewhere.ended(), 0)
    assert.match(elsewhere.complained, /the agent of mi-\w+ keeps no log of its own/)
  })
})

/** What is drawn until the last mark. That a program has ended tmux says in a line that moves the others up. */
function untilDone(screen: string): string {
  return screen.replace(/^\n+/, '').replace(/(done-48).*$/s, '$1')
}
