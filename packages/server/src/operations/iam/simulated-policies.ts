import {
  type CompiledPolicy,
  compilePolicy,
  contextKeysOf,
  MalformedPolicy,
  parsePolicy,
  readPolicy,
  type StatementSpan,
  statementSpans,
} from '@fairlead/iam'
import type { Statement } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { BindingPolicy } from '../../store/identity-store.ts'

/** A policy of a simulation: compiled under the name that its results give it. */
export interface SimulatedPolicy {
  readonly compiled: CompiledPolicy
  readonly source: NonNullable<Statement['SourcePolicyType']>
  readonly spans: readonly StatementSpan[]
}

/** A policy that came with the request; it must be one that IAM would store, but for its length. */
export function inputPolicy(text: string, name: string, kind: 'managed' | 'resource'): SimulatedPolicy {
  try {
    const document = strictly(text, kind)
    const source = kind === 'resource' ? 'resource' : 'none'
    return { compiled: compilePolicy(document, { name }), source, spans: statementSpans(text) }
  } catch (error) {
    if (!(error instanceof MalformedPolicy)) throw error
    const { message, place } = error
    const where = place.path === '' ? '' : ` (at ${place.path})`
    throw new ServiceError('InvalidInput', `${name}: ${message}${where}`, { cause: error })
  }
}

/** `PolicyInputList.1` and so on, as AWS names them. */
export function inputPolicies(texts: readonly string[] | undefined, list: string): readonly SimulatedPolicy[] {
  return (texts ?? []).map((text, index) => inputPolicy(text, `${list}.${index + 1}`, 'managed'))
}

/** A policy that is stored. Inline ones are named after whose they are: `user_alice_shells`. */
export function storedPolicy({ name, arn, document, owner }: BindingPolicy): SimulatedPolicy {
  const label = owner === undefined ? name : `${owner.kind}_${owner.name}_${name}`
  const compiled = compilePolicy(readPolicy(document), arn === undefined ? { name: label } : { name: label, arn })
  const managed = arn?.startsWith('arn:aws:iam::aws:') ? 'aws-managed' : 'user-managed'
  return { compiled, source: owner?.kind ?? managed, spans: statementSpans(document) }
}

/** The condition keys that any of them asks for, each once. */
export function contextKeysOfAll(policies: readonly SimulatedPolicy[]): readonly string[] {
  const found = new Map<string, string>()
  for (const { compiled } of policies) {
    for (const key of contextKeysOf(compiled.document)) {
      if (!found.has(key.toLowerCase())) found.set(key.toLowerCase(), key)
    }
  }
  return [...found.values()]
}

function strictly(text: string, kind: 'managed' | 'resource') {
  try {
    return parsePolicy(text, kind)
  } catch (error) {
    if (error instanceof MalformedPolicy && error.fault === 'too long') return readPolicy(text)
    throw error
  }
}
