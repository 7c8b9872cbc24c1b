import type { ConditionElement, Effect, PatternElement, PrincipalElement, PrincipalEntry } from './document.ts'
import type { Findings } from './findings.ts'
import { type JsonNode, type JsonObject, join } from './json.ts'
import type { Place } from './malformed-policy.ts'

// Each answers undefined for what is missing or cannot be read.

const principalTypes: ReadonlySet<string> = new Set(['AWS', 'Service', 'Federated', 'CanonicalUser'])

/** A statement on its way. */
export interface Reading {
  readonly members: ReadonlyMap<string, JsonNode>
  readonly node: JsonNode
  readonly path: string
  readonly findings: Findings
}

/** Id or Sid. */
export function readText(
  members: Reading['members'],
  name: 'Id' | 'Sid',
  path: string,
  findings: Findings,
): string | undefined {
  const node = members.get(name)
  if (node === undefined) return undefined
  const place = at(join(path, name), node)
  findings.rule(node.kind === 'string', `Syntax errors in policy: ${name} must be a string.`, place)
  if (node.kind !== 'string') return undefined
  findings.text(name, node.text, place)
  return node.text
}

/** What only looks like a Deny (`deny`) is one, what only looks like an Allow is none. */
export function readEffect({ members, node, path, findings }: Reading): Effect {
  const effect = members.get('Effect')
  if (effect?.kind === 'string' && (effect.text === 'Allow' || effect.text === 'Deny')) return effect.text
  findings.fault('Syntax errors in policy: Effect must be Allow or Deny.', at(join(path, 'Effect'), effect ?? node))
  return effect?.kind === 'string' && effect.text.toLowerCase() === 'deny' ? 'Deny' : 'Allow'
}

/** Action or Resource, or its Not… form. */
export function readPatterns(reading: Reading, name: 'Action' | 'Resource'): PatternElement | undefined {
  const found = eitherOf(reading, name)
  if (found === undefined) return undefined
  const patterns = textsOf(found.node, found.path, reading.findings, (text, place) => {
    reading.findings.text(name, text, place)
  })
  return patterns === undefined ? undefined : { negated: found.negated, patterns }
}

/** Principal or NotPrincipal. */
export function readPrincipal(reading: Reading): PrincipalElement | undefined {
  const found = eitherOf(reading, 'Principal')
  if (found === undefined) return undefined
  const { node, negated, path } = found
  if (node.kind === 'string' && node.text === '*') return { negated, entries: [{ type: 'AWS', value: '*' }] }
  if (node.kind !== 'object' || node.members.size === 0) {
    reading.findings.fault('Invalid principal in policy.', at(path, node))
    return undefined
  }
  const entries: PrincipalEntry[] = []
  for (const [type, values] of node.members) {
    const place = join(path, type)
    if (!isPrincipalType(type)) {
      reading.findings.fault(`Invalid principal in policy: "${type}".`, at(place, values))
      return undefined
    }
    const texts = textsOf(values, place, reading.findings, (text, where) => reading.findings.text(type, text, where))
    if (texts === undefined) return undefined
    for (const value of texts) entries.push({ type, value })
  }
  return { negated, entries }
}

function isPrincipalType(type: string): type is PrincipalEntry['type'] {
  return principalTypes.has(type)
}

/** Every operator on every key of a Condition. */
export function readConditions({ members, path, findings }: Reading): readonly ConditionElement[] {
  const node = members.get('Condition')
  if (node === undefined) return []
  const conditions: ConditionElement[] = []
  const conditionPath = join(path, 'Condition')
  for (const [operator, keys] of objectOf(node, conditionPath, findings).members) {
    const operatorPath = join(conditionPath, operator)
    for (const [key, value] of objectOf(keys, operatorPath, findings).members) {
      const keyPath = join(operatorPath, key)
      const values = textsOf(value, keyPath, findings, () => {}, true)
      if (values === undefined) continue
      const condition = { operator, key, values }
      findings.condition(condition, at(keyPath, value))
      conditions.push(condition)
    }
  }
  return conditions
}

/** The element or its Not… form; saying both is a fault. */
function eitherOf({ members, path, findings }: Reading, name: string) {
  const plain = members.get(name)
  const not = members.get(`Not${name}`)
  const node = plain ?? not
  if (node === undefined) return undefined
  if (plain && not) {
    findings.fault(`Syntax errors in policy: both ${name} and Not${name}.`, at(join(path, name), plain))
    return undefined
  }
  const negated = plain === undefined
  return { node, negated, path: join(path, negated ? `Not${name}` : name) }
}

/** A text or a list of them; undefined when any of it is something else. Conditions also take numbers and booleans. */
function textsOf(
  node: JsonNode,
  path: string,
  findings: Findings,
  look: (text: string, place: Place) => void,
  loose = false,
): readonly string[] | undefined {
  const items = node.kind === 'array' ? node.items : [node]
  findings.rule(items.length > 0, 'Syntax errors in policy: empty list.', at(path, node))
  const texts: string[] = []
  for (const [index, item] of items.entries()) {
    const place = at(node.kind === 'array' ? join(path, index) : path, item)
    const isText = item.kind === 'string' || (loose && (item.kind === 'number' || item.kind === 'boolean'))
    if (!isText) {
      findings.fault('Syntax errors in policy: a string or a list of strings was expected.', place)
      return undefined
    }
    look(item.text, place)
    texts.push(item.text)
  }
  return texts
}

const noMembers: ReadonlyMap<string, JsonNode> = new Map()

/** Its members; none when it is no object. */
export function objectOf(node: JsonNode, path: string, findings: Findings): Pick<JsonObject, 'members'> {
  if (node.kind === 'object') return node
  findings.fault('Syntax errors in policy: an object was expected.', at(path, node))
  return { members: noMembers }
}

export function at(path: string, node: JsonNode): Place {
  return { path, offset: node.offset }
}
