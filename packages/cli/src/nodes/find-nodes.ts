import type { InstanceInformation } from '@fairlead/wire/model/generated/ssm'
import { ApiError } from '../api/api-error.ts'
import type { Ask } from '../api/keep-asking.ts'
import { CliError, UsageError } from '../cli-error.ts'
import { printable } from '../session/copy/printable.ts'
import { listNodes, nodeName } from './list-nodes.ts'
import { nodeIdForm } from './node-id.ts'
import { unfold } from './node-set.ts'
import { stateText } from './node-text.ts'
import { valueBatches } from './value-batches.ts'

type Ids = ReadonlyMap<string, InstanceInformation>

const asksAtOnce = 8
const mostTold = 10

/**
 * The id of a node that is given by its id, by the name of its registration or of its machine, or by its tag `Name`. Throws
 * UsageError when there is none, or several: these are told.
 */
export async function nodeIdOf(ask: Ask, name: string): Promise<string> {
  const [id = name] = await idsOf(ask, [name])
  return id
}

/** The ids of a set of nodes, such as `web-[01-20],db-1`, each once. Throws as `nodeIdOf`. */
export async function nodeIdsOf(ask: Ask, set: string): Promise<readonly string[]> {
  const wanted = unfold(set)
  if (wanted.length === 0) throw new UsageError('No node is named.')
  return [...new Set(await idsOf(ask, wanted))]
}

async function idsOf(ask: Ask, wanted: readonly string[]): Promise<readonly string[]> {
  // An id is an id, whatever machines call themselves.
  const names = wanted.filter((name) => !nodeIdForm.test(name))
  if (names.length === 0) return wanted
  const called = await nodesCalled(ask, names)
  const unknown = names.filter((name) => !called.has(name))
  if (unknown.length > 0) {
    const all = unknown.slice(0, mostTold).map(printable).join(', ')
    const more = unknown.length > mostTold ? ` and ${unknown.length - mostTold} more` : ''
    throw new UsageError(`There is no node ${all}${more}. "fairlead nodes" shows those that there are.`)
  }
  return wanted.map((name) => {
    const nodes = called.get(name)
    if (nodes === undefined) return name
    const [id = name] = nodes.keys()
    if (nodes.size > 1) throw several(name, [...nodes.values()])
    return id
  })
}

function several(name: string, nodes: readonly InstanceInformation[]): UsageError {
  const lines = nodes.slice(0, mostTold).map((node) => {
    const own = nodeName(node)
    return `  ${node.InstanceId}  ${stateText(node.PingStatus)}${own === '' ? '' : `  ${printable(own)}`}`
  })
  if (nodes.length > mostTold) lines.push(`  and ${nodes.length - mostTold} more`)
  return new UsageError([`${nodes.length} nodes are called ${printable(name)}. Name one by id:`, ...lines].join('\n'))
}

/** Who is called so, by any kind of name. A machine may take another's name, but cannot take its place by it. */
async function nodesCalled(ask: Ask, names: readonly string[]): Promise<ReadonlyMap<string, Ids>> {
  const wanted = new Set(names)
  const called = new Map<string, Map<string, InstanceInformation>>()
  const note = (name: string | undefined, node: InstanceInformation) => {
    if (name === undefined || !wanted.has(name)) return
    called.set(name, (called.get(name) ?? new Map<string, InstanceInformation>()).set(node.InstanceId ?? '', node))
  }
  const listed = async () => {
    for await (const node of listNodes(ask)) {
      note(node.Name, node)
      note(node.ComputerName, node)
    }
  }
  try {
    await Promise.all([listed(), tagged(ask, [...wanted], note)])
  } catch (cause) {
    if (!(cause instanceof ApiError) || !/^AccessDenied/.test(cause.code)) throw cause
    const hint = 'To find a node by name you need ssm:DescribeInstanceInformation. Name it by its id, mi-….'
    throw new CliError(hint, { cause })
  }
  return called
}

/** The API tells who has one of many names, and not which: only where somebody has one each is asked for by itself. */
async function tagged(
  ask: Ask,
  names: readonly string[],
  note: (name: string, node: InstanceInformation) => void,
): Promise<void> {
  for (const some of valueBatches(names)) {
    const nodes = await nodesTagged(ask, some)
    const [only] = some
    if (some.length === 1 && only !== undefined) for (const node of nodes) note(only, node)
    if (nodes.length === 0 || some.length === 1) continue
    const left = [...some]
    const askEach = async () => {
      for (let name = left.pop(); name !== undefined; name = left.pop()) {
        for (const node of await nodesTagged(ask, [name])) note(name, node)
      }
    }
    await Promise.all(Array.from({ length: asksAtOnce }, askEach))
  }
}

async function nodesTagged(ask: Ask, Values: readonly string[]): Promise<readonly InstanceInformation[]> {
  const nodes: InstanceInformation[] = []
  for await (const node of listNodes(ask, [{ Key: 'tag:Name', Values }])) nodes.push(node)
  return nodes
}
