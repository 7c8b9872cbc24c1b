import type { InstanceInformation, InstanceInformationStringFilter } from '@fairlead/wire/model/generated/ssm'
import type { Ask } from '../api/keep-asking.ts'
import { CliError } from '../cli-error.ts'
import { nodeIdForm, unfold } from './node-set.ts'

const pageSize = 50

/** The managed nodes that fit all filters, page by page. */
export async function* listNodes(
  ask: Ask,
  Filters: readonly InstanceInformationStringFilter[] = [],
): AsyncGenerator<InstanceInformation, void, void> {
  let NextToken: string | undefined
  do {
    const page = { Filters, MaxResults: pageSize, NextToken }
    const answer = await ask((api) => api.ssm('DescribeInstanceInformation', page))
    yield* answer.InstanceInformationList ?? []
    NextToken = answer.NextToken
  } while (NextToken !== undefined)
}

/** What people call a node: the name that it was given, or what its machine calls itself. */
export function nodeName({ Name, ComputerName }: InstanceInformation): string {
  return Name || honestName(ComputerName ?? '')
}

/** A machine says its name itself: one that would pass for another node, or for a line of a report, is none. */
export function honestName(name: string): string {
  return nodeIdForm.test(name) || /\p{C}/u.test(name) ? '' : name
}

/** The ids of nodes that are given by id, by name, or as a set of those. Throws CliError for a name that is not of one node. */
export async function nodeIdsOf(ask: Ask, text: string): Promise<readonly string[]> {
  const wanted = unfold(text)
  if (wanted.length === 0) throw new CliError('No node is named.')
  if (wanted.every((name) => nodeIdForm.test(name))) return wanted
  const named = new Map<string, string[]>()
  for await (const node of listNodes(ask)) {
    for (const name of new Set([node.Name, node.ComputerName])) {
      if (name) named.set(name, [...(named.get(name) ?? []), node.InstanceId ?? ''])
    }
  }
  const unknown = wanted.filter((name) => !nodeIdForm.test(name) && !named.has(name))
  if (unknown.length > 0)
    throw new CliError(`There is no node ${unknown.join(', ')}. "fairlead nodes" shows those that there are.`)
  const ids = wanted.map((name) => {
    const [id = name, ...others] = named.get(name) ?? []
    if (others.length === 0) return id
    throw new CliError(`Several nodes are called ${name}: ${[id, ...others].slice(0, 10).join(', ')}. Name them by id.`)
  })
  return [...new Set(ids)]
}
