import type { Target } from '@fairlead/wire/model/generated/ssm'
import type { Ask } from '../api/keep-asking.ts'
import { UsageError } from '../cli-error.ts'
import { nodeIdsOf } from '../nodes/find-nodes.ts'
import { valueBatches } from '../nodes/value-batches.ts'

/** Which nodes, as the command line has it: one of these. */
export interface NodeChoice {
  readonly targets?: readonly string[] | undefined
  readonly nodes?: string | undefined
  readonly group?: string | undefined
  readonly all?: boolean | undefined
}

/** Nodes as SendCommand takes them. */
export interface Batch {
  readonly InstanceIds?: readonly string[]
  readonly Targets?: readonly Target[]
}

/**
 * What to send to. Nodes that are named are as many commands as the API needs for them. Throws CliError for a choice that is
 * none, or two.
 */
export async function batchesOf(ask: Ask, choice: NodeChoice): Promise<readonly Batch[]> {
  const { targets, nodes, group, all } = choice
  const ways = [targets, nodes, group, all].filter((way) => way !== undefined)
  if (ways.length !== 1) {
    throw new UsageError(
      'Say which nodes, in one way: --nodes web-[01-20], --targets tag:role=web, --group NAME or --all.',
    )
  }
  if (targets !== undefined) return [{ Targets: targets.map(readTarget) }]
  if (group !== undefined) return [{ Targets: [{ Key: 'resource-groups:Name', Values: [group] }] }]
  if (nodes !== undefined) return named(await nodeIdsOf(ask, nodes))
  return [{ Targets: [{ Key: 'InstanceIds', Values: ['*'] }] }]
}

/** One node is sent to by itself: what is wrong with it is an error then. */
export function named(nodeIds: readonly string[]): readonly Batch[] {
  if (nodeIds.length === 1) return [{ InstanceIds: nodeIds }]
  return valueBatches(nodeIds).map((Values) => ({ Targets: [{ Key: 'InstanceIds', Values }] }))
}

/** `tag:role=web,db`; the AWS CLI's `Key=tag:role,Values=web,db` too. */
export function readTarget(text: string): Target {
  const [, awsKey, awsValues] = /^Key=([^,]+),Values=(.+)$/.exec(text) ?? []
  const at = text.indexOf('=')
  const key = awsKey ?? text.slice(0, Math.max(at, 0))
  const values = awsValues ?? text.slice(at + 1)
  if (key === '' || values === '')
    throw new UsageError(`${text} is no target: it is like tag:role=web,db or tag-key=role.`)
  return { Key: key, Values: values.split(',') }
}
