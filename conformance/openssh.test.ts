import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { findOfficialAgent } from './clients/official-agent.ts'
import { findOfficialPlugin } from './clients/official-plugin.ts'
import { OpenSsh, reasonWithoutOpenSsh } from './clients/open-ssh.ts'
import { reasonToSkip } from './clients/python-environment.ts'
import { run } from './clients/run.ts'
import { ownPluginFolder, sessionBench } from './sessions/session-bench.ts'
import { plainText } from './sessions/web-target.ts'

const skip = (await reasonWithoutOpenSsh()) || (await reasonToSkip('the AWS CLI', 'aws', ['--version']))
const amazonPlugin = findOfficialPlugin()
const amazonAgent = findOfficialAgent()
const megabyte = 1_000_000

describe('OpenSSH through AWS-StartSSHSession', { skip }, async () => {
  const bench = await sessionBench({ after }, { withOfficialAgent: amazonAgent.skip === false })
  const sshd = await OpenSsh.start({ after })

  for (const plugin of ['ours', 'amazon'] as const) {
    for (const agent of ['ours', 'amazon'] as const) {
      const reason = (plugin === 'amazon' && amazonPlugin.skip) || (agent === 'amazon' && amazonAgent.skip)
      const who = `with ${owner[plugin]} plugin and ${owner[agent]} agent`
      // Amazon's programs send 1 KiB a millisecond at most.
      const up = plugin === 'ours' ? 100 * megabyte : 5 * megabyte
      const down = agent === 'ours' ? 100 * megabyte : 5 * megabyte

      test(`ssh runs a command ${who}, and its exit status is the command’s`, { skip: reason }, async () => {
        const { exitCode, stdout } = await ssh(plugin, agent, 'echo answer-$((6*7)); exit 7')
        assert.equal(exitCode, 7)
        assert.equal(stdout, 'answer-42\n')
      })

      test(`scp brings files to the node and back ${who}, byte for byte`, { skip: reason }, async (t) => {
        const rates = [await copy('up', plugin, agent, up), await copy('down', plugin, agent, down)]
        t.diagnostic(`${who}: ${rates.join(', ')}`)
      })
    }
  }

  for (const agent of ['ours', 'amazon'] as const) {
    const reason = agent === 'amazon' && amazonAgent.skip
    const what = `fairlead ssh to a node with ${owner[agent]} agent`
    test(`${what} logs in with no plugin and no AWS CLI, and its exit status is ssh’s`, { skip: reason }, async () => {
      const own = sshd.options.filter((word) => word !== '-F' && word !== 'none')
      const place = ['--data-dir', bench.server.dataDir, '--port', String(sshd.port), target(agent)]
      const { PATH = '', HOME = '' } = bench.environment(ownPluginFolder)
      const { exitCode, stdout, stderr } = await run(
        join(ownPluginFolder, 'fairlead'),
        ['ssh', ...place, '--', '-F', 'none', ...own, 'echo in-$((6*7)); exit 9'],
        { PATH, HOME },
      )
      assert.equal(exitCode, 9, stderr)
      assert.equal(stdout, 'in-42\n')
    })
  }

  async function ssh(plugin: Whose, agent: Whose, command: string) {
    const environment = bench.environment(plugin === 'ours' ? ownPluginFolder : amazonPlugin.folder)
    const words = [...sshd.options, '-o', proxyCommand(), '-p', String(sshd.port), target(agent), command]
    return await run('ssh', words, environment)
  }

  async function copy(way: 'up' | 'down', plugin: Whose, agent: Whose, length: number): Promise<string> {
    const environment = bench.environment(plugin === 'ours' ? ownPluginFolder : amazonPlugin.folder)
    const [from, to] = [join(sshd.folder, 'from'), join(sshd.folder, 'to')]
    writeFileSync(from, plainText(length, `${way} ${plugin} ${agent}`))
    const remote = (path: string) => `${target(agent)}:${path}`
    const paths = way === 'up' ? [from, remote(to)] : [remote(from), to]
    const words = ['-q', ...sshd.options, '-o', proxyCommand(), '-P', String(sshd.port), ...paths]
    const startedAt = performance.now()
    const { exitCode, stderr } = await run('scp', words, environment, 120_000)
    const seconds = (performance.now() - startedAt) / 1000
    assert.equal(exitCode, 0, stderr)
    assert.ok(readFileSync(to).equals(readFileSync(from)))
    return `${(length / megabyte / seconds).toFixed(1)} MB/s ${way}`
  }

  function target(agent: Whose): string {
    return `${sshd.user}@${bench.nodes[agent]}`
  }

  /** As AWS's user guide has it in ~/.ssh/config. */
  function proxyCommand(): string {
    const words = bench.words('%h', { document: 'AWS-StartSSHSession' }).join(' ')
    return `ProxyCommand=${words} --parameters portNumber=%p`
  }
})

type Whose = 'ours' | 'amazon'
const owner = { ours: 'our', amazon: 'Amazon’s' } as const
