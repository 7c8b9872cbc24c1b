import { type CompiledStatement, compilePolicy } from '../compiled-policy.ts'
import { type JsonNode, readJson } from '../json.ts'
import { readPolicy } from '../read-policy.ts'

/** A text of a policy and where it stands. */
export interface PlacedText {
  readonly text: string
  readonly offset: number
}

export interface PlacedCondition {
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
  readonly offset: number
}

/** A statement as rules look at it: compiled, and with the places of its parts. */
export interface LintedStatement {
  readonly index: number
  readonly sid: string | undefined
  readonly offset: number
  readonly isAllow: boolean
  /** Empty for NotAction, about which little can be said. */
  readonly actions: readonly PlacedText[]
  /** Empty for NotResource, and where there is none. */
  readonly resources: readonly PlacedText[]
  readonly conditions: readonly PlacedCondition[]
  readonly compiled: CompiledStatement
  /** Whether it is about an action, given in any case. */
  covers(action: string): boolean
}

export interface LintedPolicy {
  readonly text: string
  readonly version: string
  readonly statements: readonly LintedStatement[]
}

/** Throws MalformedPolicy for what is no JSON object. */
export function lintedPolicy(text: string): LintedPolicy {
  const document = readPolicy(text)
  const root = readJson(text)
  const node = memberOf(root, 'Statement')
  const nodes = node?.kind === 'array' ? node.items : node ? [node] : []
  const { statements } = compilePolicy(document, { name: 'policy' })
  return {
    text,
    version: document.version,
    statements: statements.flatMap((compiled, index) => {
      const own = nodes[index]
      return own === undefined ? [] : [lintedStatement(compiled, own)]
    }),
  }
}

function lintedStatement(compiled: CompiledStatement, node: JsonNode): LintedStatement {
  const { source, index, covers } = compiled
  const condition = memberOf(node, 'Condition')
  return {
    index,
    sid: source.sid,
    offset: node.offset,
    isAllow: source.effect === 'Allow',
    actions: textsOf(memberOf(node, 'Action')),
    resources: textsOf(memberOf(node, 'Resource')),
    conditions: source.conditions.map((one) => ({
      ...one,
      offset: memberOf(memberOf(condition, one.operator), one.key)?.offset ?? node.offset,
    })),
    compiled,
    covers: (action) => covers(action.toLowerCase()),
  }
}

function memberOf(node: JsonNode | undefined, name: string): JsonNode | undefined {
  return node?.kind === 'object' ? node.members.get(name) : undefined
}

function textsOf(node: JsonNode | undefined): readonly PlacedText[] {
  const items = node?.kind === 'array' ? node.items : node ? [node] : []
  return items.flatMap((item) => (item.kind === 'string' ? [{ text: item.text, offset: item.offset }] : []))
}
