import { resourceName } from './arn.ts'
import { type Context, type ContextRecord, type KeyLayer, layered } from './context.ts'
import { explain, keysAsked } from './explain.ts'
import { judge, type Question, type Verdict } from './judge.ts'
import type { PolicySet, PolicyType } from './policy-set.ts'
import type { Principal } from './principal.ts'
import type { Reason } from './reason.ts'
import { foldSelected, keysOf, type Selected, selectStatements } from './selected.ts'

/** One principal who wants to do one action on one resource. */
export interface AccessRequest {
  readonly principal: Principal
  /** `ssm:SendCommand`, in any case. */
  readonly action: string
  /** The ARN, or `*` for an action that knows no resources. */
  readonly resource: string
  /** The account that owns the resource; taken from the ARN, else from the principal, when not given. */
  readonly resourceAccount?: string | undefined
  /** Must answer the same as long as the decision's reasons may be asked for. */
  readonly context: Context
  /** What Deny statements see where it differs, as it does for ssm:SessionDocumentAccessCheck. */
  readonly denyContext?: Context | undefined
}

export interface Decision {
  readonly effect: Verdict['effect']
  /** The one policy type that AWS would name; undefined when allowed. */
  readonly deniedBy?: PolicyType | undefined
  /** The statements that decided; for an implicit denial the ones that came nearest. Worked out when first read. */
  readonly reasons: readonly Reason[]
  /** The condition keys that the first of those statements asked for, with what the request had. */
  keysAsked(statements: number): ContextRecord
}

/** One of many resources, with the context keys that are its own, such as its tags. */
export interface ResourceRequest {
  readonly resource: string
  readonly resourceAccount?: string | undefined
  readonly layer: KeyLayer
}

/** Decides one request. Takes microseconds; nothing is remembered between requests but in the compiled policies. */
export function decide(request: AccessRequest, policies: PolicySet): Decision {
  const question = questionOf(request)
  const action = request.action.toLowerCase()
  if (isAlwaysAllowed(action, request.principal))
    return new ReasonedDecision(always, question, request.action, policies)
  const verdict = judge(selectStatements(policies, action), question)
  return new ReasonedDecision(verdict, question, request.action, policies)
}

/**
 * Decides the same request for many resources, in their order. What does not depend on the resource's own keys is
 * answered once.
 */
export function decideMany(
  request: Omit<AccessRequest, 'resource' | 'resourceAccount'>,
  resources: readonly ResourceRequest[],
  policies: PolicySet,
): readonly Decision[] {
  const { principal, context, denyContext = context } = request
  const action = request.action.toLowerCase()
  const asked = selectStatements(policies, action)
  const selected = foldSelected(asked, openKeys(asked, resources), context, denyContext)
  const allowed = isAlwaysAllowed(action, principal)
  return resources.map(({ resource, resourceAccount, layer }) => {
    const over = layered(context, layer)
    const seenByDeny = denyContext === context ? over : layered(denyContext, layer)
    const question = questionOf({
      principal,
      action,
      resource,
      resourceAccount,
      context: over,
      denyContext: seenByDeny,
    })
    return new ReasonedDecision(allowed ? always : judge(selected, question), question, request.action, policies)
  })
}

/** Of the keys that the statements ask for those that some resource has itself. */
function openKeys(selected: Selected, resources: readonly ResourceRequest[]): ReadonlySet<string> {
  const asked = [...new Set(keysOf(selected))]
  return new Set(asked.filter((key) => resources.some(({ layer }) => layer.get(key) !== undefined)))
}

const always: Verdict = { effect: 'Allowed', deniedBy: undefined }

/** No policy can keep a caller from asking who it is (STS reference, GetCallerIdentity). */
function isAlwaysAllowed(action: string, principal: Principal): boolean {
  return action === 'sts:getcalleridentity' && principal.kind !== 'anonymous'
}

function questionOf({ principal, resource, resourceAccount, context, denyContext = context }: AccessRequest): Question {
  const name = resourceName(resource)
  const account = resourceAccount ?? name.segments?.[4] ?? ''
  return {
    principal,
    resource: name,
    // AWS's own documents (empty) and managed policies (`aws`) are everyone's.
    resourceAccount: /^[0-9]{12}$/.test(account) ? account : undefined,
    context,
    denyContext,
  }
}

class ReasonedDecision implements Decision {
  readonly effect: Decision['effect']
  readonly deniedBy: PolicyType | undefined
  readonly #verdict: Verdict
  readonly #question: Question
  readonly #action: string
  readonly #policies: PolicySet
  #reasons: readonly Reason[] | undefined

  constructor(verdict: Verdict, question: Question, action: string, policies: PolicySet) {
    this.effect = verdict.effect
    this.deniedBy = verdict.deniedBy
    this.#verdict = verdict
    this.#question = question
    this.#action = action
    this.#policies = policies
  }

  get reasons(): readonly Reason[] {
    this.#reasons ??= explain(this.#verdict, this.#question, this.#action, this.#policies)
    return this.#reasons
  }

  keysAsked(statements: number): ContextRecord {
    return keysAsked(this.reasons.slice(0, statements), this.#question, this.#policies)
  }
}
