import { registerNodes } from '@fairlead/testkit/fleet'
import { SimulatedAgent } from '@fairlead/testkit/simulated-agent'
import { makeNodeKeyPair } from '@fairlead/testkit/simulated-node'
import { cannedReplies } from './canned-replies.ts'
import { monotonicMs } from './monotonic.ts'

/** What to register and connect. */
export interface FleetStart {
  readonly url: string
  readonly region: string
  readonly groups: readonly {
    readonly count: number
    readonly activation: { readonly id: string; readonly code: string }
  }[]
}

export type ToFleet = { readonly start: FleetStart } | { readonly awaits: { commandId: string; count: number } }

export type FromFleet =
  | { readonly ready: readonly string[] }
  /** When each node had the acknowledgement of its last reply, on the clock of `monotonicMs`. */
  | { readonly ended: { commandId: string; at: readonly number[] } }
  | { readonly failed: string }

/** Simulated agents in a process of their own, so that their work is not the server's and not the clock's. */
const endings = new Map<string, number[]>()
const awaited = new Map<string, number>()
const behaviour = {
  payloads: cannedReplies(new Date()),
  onReplyAck(reply: { readonly job: { readonly commandId: string }; readonly isLast: boolean }) {
    if (!reply.isLast) return
    const { commandId } = reply.job
    const times = endings.get(commandId) ?? []
    endings.set(commandId, times)
    times.push(monotonicMs())
    tell(commandId)
  },
}
const connectedAtOnce = 16

function say(message: FromFleet): void {
  process.send?.(message)
}

function tell(commandId: string): void {
  const at = endings.get(commandId) ?? []
  if (at.length < (awaited.get(commandId) ?? Number.POSITIVE_INFINITY)) return
  say({ ended: { commandId, at } })
  endings.delete(commandId)
  awaited.delete(commandId)
}

async function start({ url, region, groups }: FleetStart): Promise<void> {
  const keys = makeNodeKeyPair()
  const agents: SimulatedAgent[] = []
  for (const { count, activation } of groups) {
    const nodes = await registerNodes({ url, region, count, keys }, activation)
    agents.push(...nodes.map((node) => new SimulatedAgent(node, behaviour)))
  }
  const waiting = [...agents]
  const connect = async () => {
    for (let agent = waiting.pop(); agent !== undefined; agent = waiting.pop()) await agent.connect()
  }
  await Promise.all(Array.from({ length: connectedAtOnce }, connect))
  say({ ready: agents.map(({ node }) => node.nodeId) })
}

process.on('message', (message: ToFleet) => {
  if ('awaits' in message) {
    awaited.set(message.awaits.commandId, message.awaits.count)
    tell(message.awaits.commandId)
  } else {
    start(message.start).catch((error: unknown) => say({ failed: String(error) }))
  }
})
process.once('disconnect', () => process.exit(0))
