import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { eventually } from '@fairlead/testkit/eventually'
import { HeldClient } from './clients/held-client.ts'
import { reasonToSkip } from './clients/python-environment.ts'
import { Terminal } from './clients/terminal.ts'
import { everyDocument } from './sessions/every-document.ts'
import { surviveOutage } from './sessions/server-away.ts'
import { ownPluginFolder, sessionBench } from './sessions/session-bench.ts'
import { reasonWithoutTerminal, workOnTerminal } from './sessions/terminal-course.ts'
import { plainText } from './sessions/web-target.ts'

const noCli = await reasonToSkip('the AWS CLI', 'aws', ['--version'])
const noTerminal = await reasonWithoutTerminal()
const entry = fileURLToPath(new URL('../bin/fairlead.mjs', import.meta.url))

describe('sessions with our own client and agent', async () => {
  const bench = await sessionBench({ after })
  const nodeId = bench.nodes.ours
  const environment = bench.environment(ownPluginFolder)
  const fairlead = (...words: string[]) => [process.execPath, entry, ...words, '--data-dir', bench.server.dataDir]

  test('a person works in fairlead shell', { skip: noTerminal }, async (t) => {
    await workOnTerminal(t, fairlead('shell', nodeId), environment)
  })

  test('a person works in a shell that the AWS CLI has opened with our plugin', {
    skip: noTerminal || noCli,
  }, async (t) => {
    await workOnTerminal(t, bench.words(nodeId), environment)
  })

  test('the terminal is as it was after fairlead shell, also when somebody else ends it', {
    skip: noTerminal,
  }, async (t) => {
    const compare =
      'was=$(stty -g); "$@"; if [ "$(stty -g)" = "$was" ]; then echo the-same; else stty -a; fi; sleep 600'
    for (const end of ['exit', 'TerminateSession']) {
      const command = ['sh', '-c', compare, 'sh', ...fairlead('shell', nodeId)]
      const terminal = await Terminal.open(t, command, environment)
      const shown = await terminal.untilShows(/SessionId: \S+.*[$#]\s*$/s)
      const [, SessionId = ''] = /SessionId: (\S+)/.exec(shown) ?? []
      if (end === 'exit') await terminal.enter('exit')
      else await bench.server.client().call('ssm', 'TerminateSession', { SessionId })
      await terminal.untilShows(/^the-same$/m)
    }
  })

  for (const [document, use] of Object.entries(everyDocument)) {
    test(`${document} does what it is for`, { skip: noCli }, async (t) => {
      await use(t, { bench, nodeId, pluginFolder: ownPluginFolder, bytesEach: 2_000_000 })
    })
  }

  test('a session document of one’s own opens a shell with its profile, by the AWS CLI', { skip: noCli }, async (t) => {
    const Content = JSON.stringify({
      schemaVersion: '1.0',
      description: 'Document to hold regional settings for Session Manager',
      sessionType: 'Standard_Stream',
      inputs: {
        runAsEnabled: false,
        idleSessionTimeout: '60',
        maxSessionDuration: '1440',
        shellProfile: { windows: 'date', linux: 'date; echo by-profile-$((6*7))' },
      },
    })
    await bench.server.client().call('ssm', 'CreateDocument', { Name: 'Team', Content, DocumentType: 'Session' })
    const client = new HeldClient(t, bench.words(nodeId, { document: 'Team' }), environment)
    await client.untilSays(/^by-profile-42/m)
    client.write('exit\n')
    assert.equal(await client.ended(), 0)
  })

  test('an interactive command that begins in silence is given what is typed', { skip: noCli }, async (t) => {
    const start = { document: 'AWS-StartInteractiveCommand', parameters: { command: 'read line; echo "got $line"' } }
    const client = new HeldClient(t, bench.words(nodeId, start), environment)
    client.write('something\n')
    await client.untilSays(/got something/)
    assert.equal(await client.ended(), 0)
  })

  test('a shell and a download go on after a while without a server', async (t) => {
    await surviveOutage(t, {
      server: bench.server,
      awayMs: 2_000,
      end: 'kill',
      shell: (t) => new HeldClient(t, fairlead('shell', nodeId), environment),
      forward: (t, port) => new HeldClient(t, fairlead('forward', nodeId, `0:${port}`), environment),
    })
  })

  test('fairlead cp carries 20 MB there and back through a cut in the middle', async (t) => {
    await bench.untilConnected(nodeId)
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-copy-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const [from, to, back] = ['from', 'to', 'back'].map((name) => join(folder, name)) as [string, string, string]
    const length = 20_000_000
    writeFileSync(from, plainText(length, 'copy'))
    const rates: string[] = []
    for (const [source, target, way, cuts] of [
      [from, `${nodeId}:${to}`, 'up', false],
      [`${nodeId}:${to}`, back, 'down', true],
    ] as const) {
      const startedAt = performance.now()
      const client = new HeldClient(t, fairlead('cp', source, target), environment)
      if (cuts) {
        const hasBegun = () => (statSync(back, { throwIfNoEntry: false })?.size ?? 0) > 0
        await eventually(() => hasBegun() || undefined, 'the copy has begun')
        await bench.server.kill()
        await bench.server.start()
      }
      assert.equal(await client.ended(60_000), 0, client.complained)
      rates.push(
        `${(length / 1e3 / (performance.now() - startedAt)).toFixed(1)} MB/s ${way}${cuts ? ' with the cut' : ''}`,
      )
    }
    t.diagnostic(rates.join(', '))
    assert.ok(readFileSync(back).equals(readFileSync(from)))
  })
})
