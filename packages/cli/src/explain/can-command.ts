import type { ContextEntry } from '@fairlead/wire/model/generated/iam'
import type { ApiClient } from '../api/api-client.ts'
import { ApiError } from '../api/api-error.ts'
import { CliError, UsageError } from '../cli-error.ts'
import { nodeIdOf } from '../nodes/find-nodes.ts'
import { askServer } from '../session/ask-server.ts'
import { sessionServer } from '../session/session-target.ts'
import type { Surroundings } from '../surroundings.ts'
import { painter } from '../terminal/paint.ts'
import { readSimulation, type Simulated } from './read-simulation.ts'

export interface CanOptions {
  readonly context?: readonly string[]
  readonly json?: boolean
  readonly dataDir?: string
}

export interface Asked {
  readonly principal: string
  readonly action: string
  readonly resource: string
}

/** `fairlead can PRINCIPAL ACTION RESOURCE`: 0 for yes, 1 for no. */
export async function canCommand(asked: Asked, options: CanOptions, surroundings: Surroundings): Promise<number> {
  const { stdout } = surroundings
  const api = await sessionServer(options.dataDir, surroundings).client()
  const own = await api.callerArn()
  const [, account = ''] = /^arn:aws:(?:iam|sts)::(\d{12}):/.exec(own) ?? []
  // What is nothing else is the name of a node.
  const short = resourceForm.test(asked.resource)
    ? asked.resource
    : await nodeIdOf(askServer(options.dataDir, surroundings), asked.resource)
  const resource = resourceArn(short, account, api.region)
  const PolicySourceArn = asked.principal.startsWith('arn:')
    ? asked.principal
    : `arn:aws:iam::${account}:user/${asked.principal}`
  const entries = [...(await tagEntries(short, api)), ...(options.context ?? []).map(contextEntry)]
  const answer = await simulation(api, {
    PolicySourceArn,
    ActionNames: [asked.action],
    ResourceArns: [resource],
    ...(entries.length === 0 ? {} : { ContextEntries: entries }),
  })
  const result = readSimulation(answer)
  const isAllowed = result.decision === 'allowed'
  if (options.json === true) {
    const said = { principal: PolicySourceArn, action: asked.action, resource, allowed: isAllowed, ...result }
    stdout.write(`${JSON.stringify(said, undefined, 2)}\n`)
    return isAllowed ? 0 : 1
  }
  const paint = painter(stdout, surroundings)
  const on = resource === '*' ? '' : ` on ${resource}`
  const sentence = `${asked.principal} may${isAllowed ? '' : ' not'} ${asked.action}${on}.`
  stdout.write(`${paint(isAllowed ? 'green' : 'red', isAllowed ? 'Yes:' : 'No:')} ${sentence}\n`)
  for (const line of reasons(result, PolicySourceArn)) stdout.write(`  ${line}\n`)
  return isAllowed ? 0 : 1
}

function reasons({ decision, statements, missing, boundary }: Simulated, principal: string): readonly string[] {
  const did = decision === 'allowed' ? 'Allowed' : 'Denied'
  const lines = statements.map(
    ({ policy, source, line, column }) =>
      `${did} by ${sourceNames[source] ?? ''}${ownName(policy, source, principal)}, from line ${line}, column ${column}`,
  )
  if (decision === 'implicitDeny') {
    lines.push(boundary === false ? 'The permissions boundary does not allow it.' : 'No policy allows it.')
  }
  if (missing.length > 0) {
    const keys = missing.map((key) => `-c ${key}=…`).join(' ')
    lines.push(`Policies ask for more than was given, which may change the answer: ${keys}`)
  }
  return lines
}

/** An inline policy is told as `user_alice_shells`; of whom it is, is known when that is who was asked about. */
function ownName(policy: string, source: string, principal: string): string {
  const owner = `${source}_${principal.slice(principal.lastIndexOf('/') + 1)}_`
  return policy.startsWith(owner) ? policy.slice(owner.length) : policy
}

const sourceNames: Readonly<Record<string, string>> = {
  user: 'the inline policy ',
  group: 'the inline policy ',
  role: 'the inline policy ',
  'aws-managed': 'AWS’s policy ',
  'user-managed': 'the policy ',
}

async function simulation(api: ApiClient, input: Parameters<typeof api.iam<'SimulatePrincipalPolicy'>>[1]) {
  try {
    return await api.iam('SimulatePrincipalPolicy', input)
  } catch (cause) {
    if (cause instanceof ApiError && /^(?:NoSuchEntity|InvalidInput)$/.test(cause.code)) {
      throw new UsageError('There is no answer to that.', { cause })
    }
    throw cause
  }
}

const resourceForm = /^(?:\*$|arn:|document\/)|\//
const nodeForm = /^(?:i|mi)-[0-9a-f]{8,17}$/

/** Nodes and documents by the short names that people have for them. */
export function resourceArn(text: string, account: string, region: string): string {
  if (text === '*' || text.startsWith('arn:')) return text
  if (nodeForm.test(text)) {
    const isEc2 = text.startsWith('i-')
    return `arn:aws:${isEc2 ? 'ec2' : 'ssm'}:${region}:${account}:${isEc2 ? 'instance' : 'managed-instance'}/${text}`
  }
  const [, name] = /^document\/(.+)$/.exec(text) ?? []
  if (name !== undefined) return `arn:aws:ssm:${region}:${/^(?:AWS|Amazon)[-_A-Z]/.test(name) ? '' : account}:${text}`
  throw new CliError(`${text} is no resource: it is an ARN, the id of a node, or document/NAME.`)
}

/** Policies see the tags of a node under two names. */
async function tagEntries(resource: string, api: ApiClient): Promise<readonly ContextEntry[]> {
  const [, nodeId] = /(?:^|\/)((?:i|mi)-[0-9a-f]{8,17})$/.exec(resource) ?? []
  if (nodeId === undefined) return []
  const { TagList = [] } = await tagsOf(nodeId, api)
  return TagList.flatMap(({ Key, Value }) =>
    ['ssm:resourceTag', 'aws:ResourceTag'].map((prefix) => entryOf(`${prefix}/${Key}`, Value ?? '')),
  )
}

async function tagsOf(ResourceId: string, api: ApiClient) {
  try {
    return await api.ssm('ListTagsForResource', { ResourceType: 'ManagedInstance', ResourceId })
  } catch (cause) {
    if (cause instanceof ApiError && cause.code === 'InvalidResourceId') {
      throw new CliError(`There is no node ${ResourceId}.`, { cause })
    }
    throw cause
  }
}

function contextEntry(text: string): ContextEntry {
  const at = text.indexOf('=')
  if (at > 0) return entryOf(text.slice(0, at), text.slice(at + 1))
  throw new CliError(`${text} is no condition key: it is KEY=VALUE, such as aws:SourceIp=10.0.0.7.`)
}

function entryOf(name: string, value: string): ContextEntry {
  return { ContextKeyName: name, ContextKeyValues: [value], ContextKeyType: 'string' }
}
