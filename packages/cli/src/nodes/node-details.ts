import type { InstanceInformation } from '@fairlead/wire/model/generated/ssm'
import { isRefusal } from '../api/api-error.ts'
import type { Ask } from '../api/keep-asking.ts'
import { printable } from '../session/copy/printable.ts'
import { localTime } from '../terminal/local-time.ts'
import { nodeName } from './list-nodes.ts'
import type { TaggedNode } from './node-table.ts'
import { tagText } from './node-tags.ts'
import { ago, platformText, stateText } from './node-text.ts'

const lastCommands = 5

/** All that is known of a node, a line for each fact, and its last commands. */
export async function nodeDetails(ask: Ask, node: TaggedNode, now: Date): Promise<string> {
  const facts: readonly (readonly [string, string])[] = [
    ['name', nodeName(node)],
    ['node', node.InstanceId ?? ''],
    ['state', `${stateText(node.PingStatus)}${await channelText(ask, node)}`],
    ['last ping', node.LastPingDateTime === undefined ? '' : ago(node.LastPingDateTime, now)],
    ['platform', platformText(node)],
    ['address', node.IPAddress ?? ''],
    ['agent', `${node.AgentVersion ?? ''}${node.IsLatestVersion === false ? ', there is a newer one' : ''}`],
    ['role', node.IamRole ?? ''],
    ['activation', node.ActivationId ?? ''],
    ['registered', node.RegistrationDate === undefined ? '' : localTime(node.RegistrationDate)],
    ['tags', tagText(node.Tags)],
  ]
  const width = Math.max(...facts.map(([name]) => name.length)) + 2
  const lines = facts
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name.padEnd(width)}${printable(value)}\n`)
  return [...lines, ...(await commandLines(ask, node))].join('')
}

async function channelText(ask: Ask, { InstanceId: Target = '' }: InstanceInformation): Promise<string> {
  const answer = await allowed(ask((api) => api.ssm('GetConnectionStatus', { Target })))
  if (answer === undefined) return ''
  return answer.Status === 'connected' ? ', connected' : ', not connected'
}

async function commandLines(ask: Ask, { InstanceId }: InstanceInformation): Promise<readonly string[]> {
  const page = { InstanceId, MaxResults: lastCommands }
  const answer = await allowed(ask((api) => api.ssm('ListCommandInvocations', page)))
  const { CommandInvocations: commands = [] } = answer ?? {}
  if (commands.length === 0) return []
  const lines = commands.map(({ CommandId, RequestedDateTime: at, StatusDetails, DocumentName, Comment }) => {
    const when = at === undefined ? '' : localTime(at)
    return `  ${when}  ${CommandId}  ${StatusDetails}  ${DocumentName}${Comment ? `: ${printable(Comment)}` : ''}\n`
  })
  return ['last commands\n', ...lines]
}

/** Undefined for what may not be known. */
async function allowed<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked
  } catch (error) {
    if (isRefusal(error)) return undefined
    throw error
  }
}
