import type { Activation } from '../domain/activation.ts'
import type { AgentReport, ManagedNode, NodeListing, PingStatus } from '../domain/managed-node.ts'
import type { Page, PageRequest } from '../domain/page.ts'

/** What a node has one of. */
export type NodeAttribute =
  | 'nodeId'
  | 'activationId'
  | 'roleName'
  | 'pingStatus'
  | 'platformType'
  | 'platformName'
  | 'platformVersion'
  | 'agentName'
  | 'agentVersion'
  | 'computerName'
  | 'ipAddress'
  /** `ManagedInstance` for `mi-` nodes, `EC2Instance` for `i-` nodes. */
  | 'resourceType'

/**
 * One condition on nodes; its values are alternatives, and where there are several conditions all
 * must hold. Keys follow the filters of the listings and the `tag:KEY` and `tag-key` of Targets.
 */
export interface NodeCondition {
  readonly key: NodeAttribute | 'tagKey' | `tag:${string}`
  readonly values: readonly string[]
  /** How the values of an attribute are compared, exactly when left out. Not for tags. */
  readonly match?: 'exactly' | 'not' | 'prefix'
}

/** How many nodes share the values of some attributes; one that they have none of is empty. */
export interface NodeCount {
  readonly values: readonly string[]
  readonly count: number
}

/** One condition on activations, likewise. */
export interface ActivationCondition {
  readonly key: 'activationId' | 'roleName' | 'defaultInstanceName'
  readonly values: readonly string[]
}

/**
 * Managed nodes and the activations that they come from. find* answers undefined when there is
 * nothing; only operations know which error that means to their caller.
 */
export interface NodeStore {
  addActivation(activation: Activation): Promise<void>
  findActivation(activationId: string): Promise<Activation | undefined>
  /** In the order of activation ids. */
  listActivations(conditions: readonly ActivationCondition[], page: PageRequest): Promise<Page<Activation>>
  /** Nodes that it registered stay. False when there is no such activation. */
  removeActivation(activationId: string): Promise<boolean>

  /**
   * Adds the node with its tags and uses up one registration of its activation, or neither:
   * 'used-up' when the last one was taken, or the activation removed, in the meantime; 'full' when there are
   * `mostNodes` hybrid ones already. Announces `registered`.
   */
  registerNode(node: ManagedNode, mostNodes?: number): Promise<'registered' | 'used-up' | 'full'>
  findNode(nodeId: string): Promise<ManagedNode | undefined>
  /** Whether `findNode` would find it, for a fraction of the cost: every request of a node asks. */
  isRegistered(nodeId: string): Promise<boolean>
  /** In the order of node ids. */
  listNodes(conditions: readonly NodeCondition[], page: PageRequest): Promise<Page<NodeListing>>
  /** One count for each set of values that there is, in their order; without attributes one for all, if there are any. */
  countNodes(
    conditions: readonly NodeCondition[],
    attributes: readonly NodeAttribute[],
    page: { readonly limit: number; readonly offset: number },
  ): Promise<readonly NodeCount[]>
  /** False when there is no such node. */
  replaceRole(nodeId: string, roleName: string): Promise<boolean>

  /**
   * Makes `publicKey` the node's key. The key before it stays good until `previousKeyUntil`.
   * Changes nothing when it is the node's key already.
   */
  replaceKey(nodeId: string, publicKey: string, previousKeyUntil: Date): Promise<void>
  /** The node has shown that it knows `publicKey`: if that is its key, the one before it is no longer good. */
  forgetPreviousKey(nodeId: string, publicKey: string): Promise<void>

  /**
   * The agent was heard at `at`: keeps what it said, and what it left out this time as it was.
   * Announces `presence` when the node was not Online. False when there is no such node.
   */
  saveReport(nodeId: string, report: AgentReport, at: Date): Promise<boolean>
  /**
   * Keeps the status, and lastPingAt unless a later one is known; then the status stays too, since
   * it was judged by an older ping. Announces `presence` when the status is another than before.
   *
   * @param at when it was judged: the time of the ping when left out
   */
  savePresence(nodeId: string, pingStatus: PingStatus, lastPingAt: Date, at?: Date): Promise<void>
  /**
   * Nodes not heard since `before` and not yet known to be Inactive, in the order of node ids: those
   * whose status may have to change.
   */
  staleNodes(before: Date, page: PageRequest): Promise<Page<NodeListing & { readonly lastPingAt: Date }>>

  /** Removes the node and its tags; its history stays. Announces `deregistered`. False when there is no such node. */
  removeNode(nodeId: string, at: Date): Promise<boolean>
}
