import type { CompiledPolicy, CompiledStatement } from './compiled-policy.ts'
import type { ContextRecord } from './context.ts'
import { appliesAttached, deniesAtResource, grantAtResource, type Question, type Verdict } from './judge.ts'
import { mismatchesOf } from './mismatch.ts'
import type { PolicySet, PolicyType } from './policy-set.ts'
import type { Reason } from './reason.ts'

// A person reads them; a user with a hundred policies needs the nearest, not all.
const mostReasons = 20
const mostNearMatches = 5

/** The statements behind a verdict. Asks the policies anew, so a request that nobody explains pays nothing. */
export function explain(verdict: Verdict, question: Question, action: string, policies: PolicySet): readonly Reason[] {
  const { effect, deniedBy } = verdict
  const lower = action.toLowerCase()
  if (effect === 'Allowed') return applied(policies, lower, question, 'Allow', undefined)
  if (effect === 'ExplicitlyDenied') return applied(policies, lower, question, 'Deny', deniedBy)
  return deniedBy === undefined ? [] : nearMatches(policies, action, question, deniedBy)
}

const everyType: readonly PolicyType[] = ['resource', 'identity', 'boundary', 'session', 'scp', 'rcp']

/** The statements of this effect that apply, of one policy type or of all. */
function applied(
  policies: PolicySet,
  action: string,
  question: Question,
  effect: 'Allow' | 'Deny',
  type: PolicyType | undefined,
): readonly Reason[] {
  const did = effect === 'Allow' ? 'allowed' : 'denied'
  const reasons: Reason[] = []
  for (const policyType of type === undefined ? everyType : [type]) {
    for (const policy of policiesOf(policies, policyType).flat()) {
      const { allows, denies } = policy.select(action)
      for (const statement of effect === 'Allow' ? allows : denies) {
        if (!applies(statement, policyType, question, policies.boundary !== undefined)) continue
        reasons.push(reasonOf(policyType, policy, statement, did))
      }
    }
  }
  return reasons.slice(0, mostReasons)
}

function applies(statement: CompiledStatement, type: PolicyType, question: Question, bounded: boolean): boolean {
  if (type !== 'resource' && type !== 'rcp') return appliesAttached(statement, question)
  if (statement.source.effect === 'Deny') return deniesAtResource(statement, question, bounded)
  if (type === 'rcp' && statement.principal === undefined) return appliesAttached(statement, question)
  return grantAtResource(statement, question) !== undefined
}

/** The Allow statements that came nearest to allowing. */
function nearMatches(policies: PolicySet, action: string, question: Question, type: PolicyType): readonly Reason[] {
  const reasons: Reason[] = []
  for (const level of policiesOf(policies, type)) {
    // A level of service control policies that allows is not what kept the request out.
    if (
      level.some((policy) =>
        policy.select(action.toLowerCase()).allows.some((one) => applies(one, type, question, false)),
      )
    )
      continue
    for (const policy of level) {
      for (const statement of policy.statements) {
        if (statement.source.effect === 'Deny') continue
        const mismatches = mismatchesOf(statement, type, question, action)
        reasons.push({ ...reasonOf(type, policy, statement, 'nearly matched'), mismatches })
      }
    }
  }
  return reasons.sort((a, b) => distanceOf(a) - distanceOf(b)).slice(0, mostNearMatches)
}

/** A statement about other resources is further away than one whose conditions fail, and one about another action further still. */
function distanceOf({ mismatches }: Reason): number {
  let distance = mismatches.length
  for (const { element } of mismatches) {
    if (element === 'Action' || element === 'NotAction') distance += 1_000
    else if (element !== 'Condition') distance += 30
  }
  return distance
}

/** The condition keys that the statements behind a verdict asked for, as they named them; undefined for one that was missing. */
export function keysAsked(reasons: readonly Reason[], question: Question, policies: PolicySet): ContextRecord {
  const asked = new Map<string, string>()
  for (const { policyType, policy: label, statement } of reasons) {
    const policy = policiesOf(policies, policyType)
      .flat()
      .find((one) => one.label === label)
    const { tests = [], resource } = policy?.statements[statement] ?? {}
    const named = tests.map(({ source }) => source.key)
    for (const key of [...named, ...tests.flatMap(({ keys }) => keys), ...(resource?.keys ?? [])]) {
      if (!asked.has(key.toLowerCase())) asked.set(key.toLowerCase(), key)
    }
  }
  return Object.fromEntries(Array.from(asked, ([key, name]) => [name, question.context(key)]))
}

/** The policies of one type, level by level where it has levels. */
function policiesOf(policies: PolicySet, type: PolicyType): readonly (readonly CompiledPolicy[])[] {
  switch (type) {
    case 'identity':
      return [policies.identity]
    case 'boundary':
      return policies.boundary ? [[policies.boundary]] : []
    case 'session':
      return [policies.session ?? []]
    case 'resource':
      return policies.resource?.policy ? [[policies.resource.policy]] : []
    case 'scp':
      return policies.scps ?? []
    case 'rcp':
      return policies.rcps ?? []
  }
}

function reasonOf(
  policyType: PolicyType,
  policy: CompiledPolicy,
  statement: CompiledStatement,
  did: Reason['did'],
): Reason {
  const { sid } = statement.source
  return {
    policyType,
    policy: policy.label,
    statement: statement.index,
    ...(sid === undefined ? {} : { sid }),
    did,
    mismatches: [],
  }
}
