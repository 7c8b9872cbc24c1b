import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { InputOf } from '@fairlead/wire/codec'
import { ChannelPeer } from './channel-peer.ts'
import { given, type World } from './given.ts'
import { ManualClock } from './manual-clock.ts'
import { activate, NodeMachine } from './node-machine.ts'

/** A whole server whose time stands still, and nodes whose ends of channels the test holds. */
export async function channelWorld(t: TestContext, world: Pick<World, 'log' | 'recordings'> = {}) {
  const clock = new ManualClock()
  const now = () => clock.now()
  const server = await given(t, { ...world, clock })
  const activation = await activate(server, { RegistrationLimit: 10 })
  const register = () => NodeMachine.register(server, { activation, now })
  const node = await register()
  const { root, url, dataDir } = server
  const { nodeId } = node

  return {
    ...server,
    server,
    clock,
    node,
    nodeId,
    register,
    upgrade: (of = node) => ChannelPeer.upgrade(server, of, now),
    open: (of = node) => ChannelPeer.open(server, of, now),

    /** Sends a command to the node; answers its id. */
    async send(input: Partial<InputOf<'ssm', 'SendCommand'>> = {}): Promise<string> {
      const { Command } = await root.call('ssm', 'SendCommand', {
        DocumentName: 'AWS-RunShellScript',
        InstanceIds: [nodeId],
        Parameters: { commands: ['uptime'] },
        ...input,
      })
      return Command?.CommandId ?? ''
    },

    invocation: (CommandId: string) => root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId: nodeId }),

    /** Lets seconds pass one by one, while the peers stay alive and the server does what is due. */
    async pass(seconds: number, ...peers: readonly ChannelPeer[]): Promise<void> {
      for (let second = 0; second < seconds; second++) {
        clock.advance(1_000)
        if (second % 20 === 0 || seconds < 60) await Promise.all(peers.map((peer) => peer.settle()))
      }
    },

    async pingStatus(): Promise<string | undefined> {
      const { InstanceInformationList = [] } = await root.call('ssm', 'DescribeInstanceInformation', {})
      return InstanceInformationList.find(({ InstanceId }) => InstanceId === nodeId)?.PingStatus
    },

    /** A counter or gauge as Prometheus would read it; 0 when nothing has been counted. */
    async metric(name: string): Promise<number> {
      const token = readFileSync(join(dataDir, 'metrics-token'), 'utf8').trim()
      const text = await (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })).text()
      return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1] ?? 0)
    },
  }
}
