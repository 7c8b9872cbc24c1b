import type { InstanceInformation, InstanceInformationStringFilter } from '@fairlead/wire/model/generated/ssm'
import type { Ask } from '../api/keep-asking.ts'
import { nodeIdForm } from './node-id.ts'

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
