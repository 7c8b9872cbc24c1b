import type { ApiClient } from '@fairlead/testkit/api-client'
import type { OutputOf } from '@fairlead/wire/codec'

export type ListedCommand = NonNullable<OutputOf<'ssm', 'ListCommands'>['Commands']>[number]
export type ListedInvocation = NonNullable<OutputOf<'ssm', 'ListCommandInvocations'>['CommandInvocations']>[number]

/** Every command that the server has, page by page. */
export async function listCommands(client: ApiClient): Promise<ListedCommand[]> {
  const all: ListedCommand[] = []
  let token: string | undefined
  do {
    const page = await client.call('ssm', 'ListCommands', { MaxResults: 50, ...(token ? { NextToken: token } : {}) })
    all.push(...(page.Commands ?? []))
    token = page.NextToken || undefined
  } while (token !== undefined)
  return all
}

/** Every invocation that the server has, page by page. */
export async function listInvocations(client: ApiClient): Promise<ListedInvocation[]> {
  const all: ListedInvocation[] = []
  let token: string | undefined
  do {
    const input = { MaxResults: 50, ...(token ? { NextToken: token } : {}) }
    const page = await client.call('ssm', 'ListCommandInvocations', input)
    all.push(...(page.CommandInvocations ?? []))
    token = page.NextToken || undefined
  } while (token !== undefined)
  return all
}

export function isTerminal(status: string | undefined): boolean {
  return status !== undefined && !['Pending', 'InProgress', 'Delayed', 'Cancelling'].includes(status)
}

/** `COMMAND NODE`: what names an invocation. */
export function keyOf({ CommandId, InstanceId }: ListedInvocation): string {
  return `${CommandId} ${InstanceId}`
}
