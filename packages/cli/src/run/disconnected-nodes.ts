import { isRefusal } from '../api/api-error.ts'
import type { Ask } from '../api/keep-asking.ts'

const pageSize = 50
const mostAtOnce = 500
const asksAtOnce = 16

/** Looks for nodes of a command that have not had it and have no channel: some at a time, and all over again after the last. */
export class DisconnectedNodes {
  readonly #ask: Ask
  readonly #commandId: string
  #waiting: AsyncGenerator<string, void, void> | undefined

  constructor(ask: Ask, commandId: string) {
    this.#ask = ask
    this.#commandId = commandId
  }

  /** Those of the next five hundred that wait. */
  async next(): Promise<readonly string[]> {
    const nodeIds: string[] = []
    const waiting = this.#waiting ?? waitingNodes(this.#ask, this.#commandId)
    this.#waiting = waiting
    while (nodeIds.length < mostAtOnce) {
      const { value } = await waiting.next()
      if (value === undefined) {
        this.#waiting = undefined
        break
      }
      nodeIds.push(value)
    }
    const found: string[] = []
    const look = async () => {
      for (let nodeId = nodeIds.pop(); nodeId !== undefined; nodeId = nodeIds.pop()) {
        if (!(await isConnected(this.#ask, nodeId))) found.push(nodeId)
      }
    }
    await Promise.all(Array.from({ length: asksAtOnce }, look))
    return found
  }
}

async function* waitingNodes(ask: Ask, CommandId: string): AsyncGenerator<string, void, void> {
  const Filters = [{ key: 'Status', value: 'Pending' }] as const
  let NextToken: string | undefined
  do {
    const page = { CommandId, Filters, MaxResults: pageSize, NextToken }
    const answer = await ask((api) => api.ssm('ListCommandInvocations', page))
    for (const { InstanceId = '' } of answer.CommandInvocations ?? []) yield InstanceId
    NextToken = answer.NextToken
  } while (NextToken !== undefined)
}

async function isConnected(ask: Ask, Target: string): Promise<boolean> {
  try {
    return (await ask((api) => api.ssm('GetConnectionStatus', { Target }))).Status === 'connected'
  } catch (error) {
    // Who may not ask waits for all nodes that looked well.
    if (isRefusal(error)) return true
    throw error
  }
}
