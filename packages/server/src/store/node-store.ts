import type { Activation } from '../domain/activation.ts'
import type { AgentReport, ManagedNode, PingStatus } from '../domain/managed-node.ts'
import type { Page, PageRequest } from '../domain/page.ts'

/**
 * Conditions on nodes, all of which must hold; the values of one are alternatives.
 * Keys are those of DescribeInstanceInformation's filters, and `tag:KEY` / `tag-key` of Targets.
 */
export interface NodeCondition {
  readonly key:
    | 'nodeId'
    | 'activationId'
    | 'roleName'
    | 'pingStatus'
    | 'platformType'
    | 'agentVersion'
    | 'tagKey'
    | `tag:${string}`
  readonly values: readonly string[]
}

/**
 * Managed nodes and the activations that they come from. find* answers undefined when there is
 * nothing; only operations know which error that means to their caller.
 */
export interface NodeStore {
  addActivation(activation: Activation): Promise<void>
  findActivation(activationId: string): Promise<Activation | undefined>
  listActivations(
    page: PageRequest & {
      readonly activationIds?: readonly string[]
      readonly roleName?: string
      readonly defaultInstanceName?: string
    },
  ): Promise<Page<Activation>>
  removeActivation(activationId: string): Promise<boolean>

  /**
   * Adds the node and uses up one registration of its activation, or neither: 'used-up' when the
   * limit was reached in the meantime. Announces `registered`.
   */
  registerNode(node: ManagedNode): Promise<'registered' | 'used-up'>
  findNode(nodeId: string): Promise<ManagedNode | undefined>
  /** In the order of node ids. */
  listNodes(conditions: readonly NodeCondition[], page: PageRequest): Promise<Page<ManagedNode>>
  replaceKey(nodeId: string, publicKey: string): Promise<void>
  saveReport(nodeId: string, report: AgentReport, at: Date): Promise<void>
  /** Keeps lastPingAt fresh, and announces `presence` when the status is another than before. */
  savePresence(nodeId: string, pingStatus: PingStatus, lastPingAt: Date): Promise<void>
  /** Removes the node and its tags; its history stays. Announces `deregistered`. */
  removeNode(nodeId: string): Promise<boolean>
}
