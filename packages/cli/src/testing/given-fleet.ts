import { makeActivation, registerNodes } from '@fairlead/testkit/fleet'
import type { Given } from '@fairlead/testkit/given'
import { SimulatedAgent } from '@fairlead/testkit/simulated-agent'
import { type SimulatedOutcome, success } from '@fairlead/testkit/simulated-reports'

export interface FleetMember {
  /** What its machine calls itself. */
  readonly name: string
  readonly nodeId: string
  readonly agent: SimulatedAgent
}

export interface FleetOrder {
  readonly names: readonly string[]
  /** Of the activation, and so of every node. */
  readonly tags?: Readonly<Record<string, string>>
  readonly roleName?: string
  /** How a command ends on a node, by its name; undefined leaves it running. */
  readonly outcome?: (name: string) => SimulatedOutcome | undefined
}

/** Simulated agents that are connected. They answer as `outcome` says, which may change what it says. */
export async function givenFleet(
  t: { after(end: () => Promise<void>): void },
  { root, url }: Pick<Given, 'root' | 'url'>,
  { names, tags = {}, roleName = 'Fleet', outcome = () => success }: FleetOrder,
): Promise<readonly FleetMember[]> {
  const count = names.length
  const activation = await makeActivation(root, { roleName, count, tags })
  const nodes = await registerNodes({ url, region: 'us-east-1', count }, activation)
  const members = await Promise.all(
    nodes.map(async (node, index) => {
      const name = names[index] ?? ''
      await node.reportHealth(name)
      const agent = new SimulatedAgent(node, { outcome: () => outcome(name) })
      await agent.connect()
      return { name, nodeId: node.nodeId, agent }
    }),
  )
  t.after(async () => {
    await Promise.all(members.map(({ agent }) => agent.disconnect()))
  })
  return members
}

/** What a script that says so and ends with this code comes to. */
export function saying(standardOutput: string, code = 0, standardError = ''): SimulatedOutcome {
  return { status: code === 0 ? 'Success' : 'Failed', code, standardOutput, standardError }
}
