import { registerNodes } from '@fairlead/testkit/fleet'
import { SimulatedAgent } from '@fairlead/testkit/simulated-agent'
import { makeNodeKeyPair, type SimulatedNode } from '@fairlead/testkit/simulated-node'
import { success } from '@fairlead/testkit/simulated-reports'

/** What happens to a command on one node after the other, and is counted. */
export type Step = 'handed over' | 'end acknowledged'

export interface FleetStart {
  readonly url: string
  readonly region: string
  readonly groups: readonly {
    readonly count: number
    readonly activation: { readonly id: string; readonly code: string }
  }[]
}

/**
 * Tell, and kill a process, in the very turn in which a step has happened so often, counted over all nodes and commands; a step that
 * has happened so often already does it when the next agent is connected.
 */
export interface StepOrder {
  readonly kill: number | undefined
  readonly step: Step
  readonly count: number
}

export type ToFleet =
  | { readonly start: FleetStart }
  | { readonly await: StepOrder }
  | { readonly tell: 'nodes' | 'connected' }

export type FromFleet =
  | { readonly connected: number }
  | { readonly reached: StepOrder }
  | { readonly failed: string }
  | { readonly nodes: readonly NodeSurvey[] }

export interface NodeSurvey {
  readonly nodeId: string
  /** Ids of the commands that it ran, each as often as it did. */
  readonly ran: readonly string[]
  /** How it ends what it runs. */
  readonly status: string
  /** How often it was handed a command whose end the server had acknowledged: never, or work could be done twice. */
  readonly tooLate: number
}

// A fleet of simulated agents in a process of its own, which ends with its parent. They come back as agents do when the
// server is away, and keep what it has not acknowledged.
const connectedAtOnce = 32
/** How long all of them leave a server alone that one has found to be away. */
const restMs = 100
/** One node in so many fails. */
const failing = 7

interface Node extends NodeSurvey {
  readonly ran: string[]
  tooLate: number
}

const nodes: Node[] = []
const away: SimulatedAgent[] = []
const happened = new Map<Step, Set<string>>()
let order: StepOrder | undefined
let connecting = 0
let isResting = false
let connected = 0

function say(message: FromFleet): void {
  process.send?.(message)
}

function note(step: Step, nodeId: string, commandId: string): void {
  const where = happened.get(step) ?? new Set()
  happened.set(step, where.add(`${commandId} ${nodeId}`))
  if (step === order?.step) obeyIfDue()
}

function obeyIfDue(): void {
  if (order === undefined || (happened.get(order.step)?.size ?? 0) < order.count) return
  if (order.kill !== undefined) process.kill(order.kill, 'SIGKILL')
  say({ reached: order })
  order = undefined
}

function makeAgent(of: SimulatedNode, index: number): SimulatedAgent {
  const outcome = index % failing === 0 ? ({ ...success, status: 'Failed', code: 1 } as const) : success
  const node: Node = { nodeId: of.nodeId, ran: [], status: outcome.status, tooLate: 0 }
  nodes.push(node)
  const ended = new Set<string>()
  const agent = new SimulatedAgent(of, {
    onJob({ commandId }) {
      if (ended.has(commandId)) node.tooLate += 1
      note('handed over', node.nodeId, commandId)
    },
    outcome({ commandId }) {
      node.ran.push(commandId)
      return outcome
    },
    onReplyAck({ job, isLast }) {
      if (!isLast) return
      ended.add(job.commandId)
      note('end acknowledged', node.nodeId, job.commandId)
    },
    onClosed() {
      connected -= 1
      connectSoon(agent)
    },
  })
  return agent
}

async function connect(): Promise<void> {
  if (connecting >= connectedAtOnce || isResting) return
  const agent = away.shift()
  if (agent === undefined) return
  connecting += 1
  try {
    await agent.connect()
    agent.resend()
    connected += 1
    if (connected === nodes.length) say({ connected })
    obeyIfDue()
  } catch {
    away.push(agent)
    rest()
  }
  connecting -= 1
  void connect()
}

function rest(): void {
  if (isResting) return
  isResting = true
  setTimeout(() => {
    isResting = false
    for (let times = 0; times < connectedAtOnce; times++) void connect()
  }, restMs)
}

function connectSoon(agent: SimulatedAgent): void {
  away.push(agent)
  void connect()
}

async function start({ url, region, groups }: FleetStart): Promise<void> {
  const keys = makeNodeKeyPair()
  const registered: SimulatedNode[] = []
  for (const { count, activation } of groups) {
    registered.push(...(await registerNodes({ url, region, count, keys }, activation)))
  }
  for (const agent of registered.map(makeAgent)) connectSoon(agent)
}

process.on('message', (message: ToFleet) => {
  if ('start' in message) start(message.start).catch((error: unknown) => say({ failed: String(error) }))
  else if ('await' in message) {
    order = message.await
    if (order.kill === undefined) obeyIfDue()
  } else if (message.tell === 'nodes') say({ nodes })
  else if (connected === nodes.length) say({ connected })
})
process.once('disconnect', () => process.exit(0))
