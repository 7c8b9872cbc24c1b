import type {
  ConditionElement,
  Effect,
  PatternElement,
  PolicyDocument,
  PrincipalElement,
  PrincipalEntry,
  Statement,
} from './document.ts'
import { type JsonNode, type JsonObject, join } from './json.ts'
import type { Place } from './malformed-policy.ts'

/**
 * What to do about what is found on the way. A fault makes a statement impossible to understand; a rule is only
 * what AWS asks of a policy that is being written. The strict parser throws on both, the tolerant reader notes the
 * first and lets the second pass.
 */
export interface Findings {
  fault(message: string, place: Place): void
  rule(holds: boolean, message: string, place: Place): void
  /** Looks at one text of the policy. */
  text(element: TextElement, text: string, place: Place): void
  /** Looks at one operator on one key. */
  condition(condition: ConditionElement, place: Place): void
  /** Looks at a statement as a whole. */
  statement(statement: Statement, place: Place): void
}

export type TextElement = 'Id' | 'Sid' | 'Action' | 'Resource' | PrincipalEntry['type']

const documentElements = new Set(['Version', 'Id', 'Statement'])
const statementElements = new Set([
  ...['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction'],
  ...['Resource', 'NotResource', 'Condition'],
])
const principalTypes: ReadonlySet<string> = new Set(['AWS', 'Service', 'Federated', 'CanonicalUser'])

/** Turns JSON into a document. With findings that do not throw, a statement that has faults keeps its readable parts. */
export function readDocument(root: JsonNode, findings: Findings): PolicyDocument {
  const top = objectOf(root, '', findings)
  for (const [name, node] of top.members) {
    findings.rule(documentElements.has(name), `Syntax errors in policy: unknown element ${name}.`, at(name, node))
  }
  const version = top.members.get('Version')
  const known = version === undefined || version.kind === 'string'
  const written = version?.kind === 'string' ? version.text : '2008-10-17'
  const isVersion = written === '2008-10-17' || written === '2012-10-17'
  const faulty = !known || !isVersion
  if (faulty) findings.fault('Policy document must be version 2012-10-17 or greater.', at('Version', version ?? root))

  const id = readText(top.members, 'Id', '', findings)
  const node = top.members.get('Statement')
  if (node === undefined) findings.fault('Syntax errors in policy: Statement is missing.', at('', root))
  const nodes = node === undefined ? [] : node.kind === 'array' ? node.items : [node]
  findings.rule(nodes.length > 0, 'Syntax errors in policy: Statement is empty.', at('Statement', node ?? root))
  const statements = nodes.map((item, index) => {
    const statement = readStatement(item, node?.kind === 'array' ? join('Statement', index) : 'Statement', findings)
    return faulty && statement.fault === undefined ? { ...statement, fault: 'unknown Version' } : statement
  })
  return {
    version: isVersion ? written : '2008-10-17',
    ...(id === undefined ? {} : { id }),
    statements,
  }
}

function readStatement(node: JsonNode, path: string, outer: Findings): Statement {
  let fault: string | undefined
  const findings: Findings = {
    ...outer,
    fault(message, place) {
      outer.fault(message, place)
      fault ??= message
    },
  }
  const { members } = objectOf(node, path, findings)
  for (const [name, member] of members) {
    if (statementElements.has(name)) continue
    findings.fault(`Syntax errors in policy: unknown element ${name}.`, at(join(path, name), member))
  }
  const reading: Reading = { members, node, path, findings }
  const sid = readText(members, 'Sid', path, findings)
  const effect = readEffect(reading)
  const principal = readPrincipal(reading)
  const action = readPatterns(reading, 'Action')
  const resource = readPatterns(reading, 'Resource')
  if (action === undefined) findings.fault('Policy statement must contain actions.', at(path, node))
  const conditions = readConditions(reading)
  const statement: Statement = {
    ...(sid === undefined ? {} : { sid }),
    effect,
    ...(principal === undefined ? {} : { principal }),
    // A Deny whose actions cannot be read denies them all.
    action: action ?? { negated: false, patterns: ['*'] },
    ...(resource === undefined ? {} : { resource }),
    conditions,
    ...(fault === undefined ? {} : { fault }),
  }
  findings.statement(statement, at(path, node))
  return statement
}

/** A statement on its way. */
interface Reading {
  readonly members: ReadonlyMap<string, JsonNode>
  readonly node: JsonNode
  readonly path: string
  readonly findings: Findings
}

function readText(
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
function readEffect({ members, node, path, findings }: Reading): Effect {
  const effect = members.get('Effect')
  if (effect?.kind === 'string' && (effect.text === 'Allow' || effect.text === 'Deny')) return effect.text
  findings.fault('Syntax errors in policy: Effect must be Allow or Deny.', at(join(path, 'Effect'), effect ?? node))
  return effect?.kind === 'string' && effect.text.toLowerCase() === 'deny' ? 'Deny' : 'Allow'
}

function readPatterns(reading: Reading, name: 'Action' | 'Resource'): PatternElement | undefined {
  const found = eitherOf(reading, name)
  if (found === undefined) return undefined
  const patterns = textsOf(found.node, found.path, reading.findings, (text, place) => {
    reading.findings.text(name, text, place)
  })
  return patterns === undefined ? undefined : { negated: found.negated, patterns }
}

function readPrincipal(reading: Reading): PrincipalElement | undefined {
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
    if (!isPrincipalType(type)) reading.findings.fault(`Invalid principal in policy: "${type}".`, at(place, values))
    else {
      const texts = textsOf(values, place, reading.findings, (text, where) => reading.findings.text(type, text, where))
      for (const value of texts ?? []) entries.push({ type, value })
    }
  }
  return { negated, entries }
}

function isPrincipalType(type: string): type is PrincipalEntry['type'] {
  return principalTypes.has(type)
}

function readConditions({ members, path, findings }: Reading): readonly ConditionElement[] {
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

/** The element or its Not… form; saying both, or neither value, is a fault. */
function eitherOf({ members, path, findings }: Reading, name: string) {
  const plain = members.get(name)
  const not = members.get(`Not${name}`)
  const node = plain ?? not
  if (node === undefined) return undefined
  if (plain && not) findings.fault(`Syntax errors in policy: both ${name} and Not${name}.`, at(join(path, name), plain))
  const negated = plain === undefined
  return { node, negated, path: join(path, negated ? `Not${name}` : name) }
}

/** A text or a list of them; undefined when it is anything else. Conditions also take numbers and booleans. */
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
    if (isText) {
      look(item.text, place)
      texts.push(item.text)
    } else findings.fault('Syntax errors in policy: a string or a list of strings was expected.', place)
  }
  return texts.length === 0 && items.length > 0 ? undefined : texts
}

const noMembers: ReadonlyMap<string, JsonNode> = new Map()

function objectOf(node: JsonNode, path: string, findings: Findings): Pick<JsonObject, 'members'> {
  if (node.kind === 'object') return node
  findings.fault('Syntax errors in policy: an object was expected.', at(path, node))
  return { members: noMembers }
}

function at(path: string, node: JsonNode): Place {
  return { path, offset: node.offset }
}
