import { hash } from 'node:crypto'
import {
  contextLayer,
  type Decision,
  decide,
  decideMany,
  denialMessage,
  layered,
  type PolicySet,
  type Principal,
} from '@fairlead/iam'
import type { Protocol } from '@fairlead/wire/codec'
import type { Caller } from '../domain/caller.ts'
import type { ServiceError } from '../domain/error.ts'
import type { AccessCheck, ContextKeys } from '../operations/operation.ts'
import type { Store } from '../store/store.ts'
import { CallerPolicies } from './caller-policies.ts'
import { CompiledPolicies } from './compiled-policies.ts'
import type { Decided } from './decision-record.ts'
import { refuse } from './refusal.ts'
import type { RequestFacts } from './request-context.ts'
import { requestContext } from './request-context.ts'
import { seenResource } from './seen-resource.ts'

/** What one request is decided by. */
export interface AuthorizationRequest {
  readonly caller: Caller
  /** The operation's own action; a check may name another. */
  readonly action: string
  readonly facts: RequestFacts
  readonly keys: ContextKeys
  readonly protocol: Protocol
  /** Where every decision is noted, for the audit. */
  readonly decided?: Decided[] | undefined
}

/** Asks the policy engine; the only place that does. */
export class Authorizer {
  readonly #store: Store
  readonly #compiled = new CompiledPolicies(10_000)
  readonly #callers: CallerPolicies

  constructor(store: Store) {
    this.#store = store
    this.#callers = new CallerPolicies(store.identities, this.#compiled)
  }

  /** One decision per check, in order. */
  async decide(request: AuthorizationRequest, checks: readonly AccessCheck[]): Promise<readonly Decision[]> {
    const decisions = await this.#decideAll(request, checks)
    for (const [index, decision] of decisions.entries()) {
      const { action = request.action, resource = '*' } = checks[index] ?? {}
      request.decided?.push({ action, resource, decision })
    }
    return decisions
  }

  async #decideAll(request: AuthorizationRequest, checks: readonly AccessCheck[]): Promise<readonly Decision[]> {
    const decisions = await this.#decideEach(request, checks)
    if (checks.every(({ alternatives }) => alternatives === undefined)) return decisions
    return await Promise.all(
      decisions.map(async (decision, index) => {
        const { alternatives = [] } = checks[index] ?? {}
        return eitherOf([decision, ...(await this.#decideEach(request, alternatives))]) ?? decision
      }),
    )
  }

  async #decideEach(request: AuthorizationRequest, checks: readonly AccessCheck[]): Promise<readonly Decision[]> {
    const { policies, tags } = await this.#callers.bindingOf(request.caller)
    const principal = principalOf(request.caller)
    const context = layered(requestContext(request.caller, request.facts, tags), contextLayer(request.keys))
    const first = checks[0]?.action
    const resources = await Promise.all(checks.map((check) => seenResource(check, request.facts.scope, this.#store)))
    if (checks.length > 1 && checks.every((check) => check.action === first && isPlain(check))) {
      return decideMany({ principal, action: first ?? request.action, context }, resources, policies)
    }
    return checks.map((check, index) => {
      const { action = request.action, denyContext } = check
      const { resource, layer } = resources[index] ?? { resource: check.resource, layer: contextLayer({}) }
      const own = layered(context, layer)
      const seenByDeny = denyContext && layered(own, contextLayer(denyContext))
      return decide(
        { principal, action, resource, context: own, denyContext: seenByDeny },
        this.#withResource(policies, check),
      )
    })
  }

  /**
   * Throws unless every check is allowed. An explicit denial is reported before an implicit one,
   * else the first that failed, as the operation ordered them (authorization reference, 2.3).
   */
  async require(request: AuthorizationRequest, checks: readonly AccessCheck[]): Promise<void> {
    if (checks.length === 0) return
    const decisions = await this.decide(request, checks)
    const explicit = decisions.findIndex(({ effect }) => effect === 'ExplicitlyDenied')
    const failed = explicit === -1 ? decisions.findIndex(({ effect }) => effect !== 'Allowed') : explicit
    const check = checks[failed]
    const decision = decisions[failed]
    if (check === undefined || decision === undefined) return
    throw denied(request, check, decision)
  }

  #withResource(policies: PolicySet, { resourcePolicy, resource: name }: AccessCheck): PolicySet {
    if (resourcePolicy === undefined) return policies
    const { document } = resourcePolicy
    const key = `${name} ${hash('sha256', document ?? '')}`
    const policy = document === undefined ? undefined : this.#compiled.get({ key, name, arn: undefined, document })
    return { ...policies, resource: { policy, required: true } }
  }
}

/** Whether a check asks nothing that has to be decided for it alone. */
function isPlain({ resourcePolicy, denyContext }: AccessCheck): boolean {
  return resourcePolicy === undefined && denyContext === undefined
}

/** An explicit denial if there is one, else what is allowed, else the first. */
function eitherOf(decisions: readonly Decision[]): Decision | undefined {
  return (
    decisions.find(({ effect }) => effect === 'ExplicitlyDenied') ??
    decisions.find(({ effect }) => effect === 'Allowed') ??
    decisions[0]
  )
}

export function denied(
  { caller, action, protocol }: AuthorizationRequest,
  check: AccessCheck,
  decision: Decision,
): ServiceError {
  return refuse(
    'denied',
    protocol,
    denialMessage(decision, { callerArn: caller.arn, action: check.action ?? action, resource: check.resource }),
  )
}

function principalOf(caller: Caller): Principal {
  const { account, arn } = caller
  switch (caller.kind) {
    case 'root':
    case 'user':
    case 'anonymous':
      return { kind: caller.kind, account, arn }
    case 'federated-user':
      return { kind: 'federated', account, arn }
    case 'web-identity':
      return { kind: 'federated', account: '', arn, provider: caller.provider }
    case 'role-session':
      return { kind: 'role-session', account, arn, roleArn: caller.roleArn }
    case 'node-key':
      return { kind: 'anonymous', account, arn }
  }
}
