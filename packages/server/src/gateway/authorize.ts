import {
  type CompiledPolicy,
  type ContextLayer,
  compilePolicy,
  contextLayer,
  contextOf,
  type Decision,
  decide,
  decideMany,
  denialMessage,
  type PolicySet,
  type Principal,
  readPolicy,
} from '@fairlead/iam'
import type { Protocol } from '@fairlead/wire/codec'
import type { Caller } from '../domain/caller.ts'
import type { ServiceError } from '../domain/error.ts'
import type { AccessCheck, ContextKeys } from '../operations/operation.ts'
import type { BindingPolicy, PrincipalName } from '../store/identity-store.ts'
import type { Store } from '../store/store.ts'
import { GenerationCache } from './generation-cache.ts'
import { refuse } from './refusal.ts'
import type { RequestFacts } from './request-context.ts'
import { requestContext } from './request-context.ts'

const noKeys: ContextLayer = new Map()

/** What one request is decided by. */
export interface AuthorizationRequest {
  readonly caller: Caller
  /** The operation's own action; a check may name another. */
  readonly action: string
  readonly facts: RequestFacts
  readonly keys: ContextKeys
  readonly protocol: Protocol
}

/** Asks the policy engine; the only place that does. */
export class Authorizer {
  readonly #store: Store
  readonly #policies: GenerationCache<PolicySet>

  constructor(store: Store) {
    this.#store = store
    this.#policies = new GenerationCache(() => store.identities.generation(), 20_000)
  }

  /** One decision per check, in order. */
  async decide(request: AuthorizationRequest, checks: readonly AccessCheck[]): Promise<readonly Decision[]> {
    const policies = await this.#policiesOf(request.caller)
    const principal = principalOf(request.caller)
    const layers = [
      contextLayer(await requestContext(request.caller, request.facts, this.#store)),
      contextLayer(request.keys),
    ]
    const context = contextOf(...layers)
    const first = checks[0]?.action
    if (checks.length > 1 && checks.every(({ action }) => action === first)) {
      const resources = await Promise.all(
        checks.map(async (check) => ({ resource: check.resource, layer: await this.#resourceKeys(check) })),
      )
      return decideMany({ principal, action: first ?? request.action, context }, resources, policies)
    }
    return await Promise.all(
      checks.map(async (check) =>
        decide(
          {
            principal,
            action: check.action ?? request.action,
            resource: check.resource,
            context: contextOf(...layers, await this.#resourceKeys(check)),
          },
          policies,
        ),
      ),
    )
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

  async #resourceKeys({ tagsOf, context }: AccessCheck): Promise<ContextLayer> {
    if (tagsOf === undefined && context === undefined) return noKeys
    const keys: Record<string, string | readonly string[]> = { ...context }
    if (tagsOf !== undefined) {
      for (const [key, value] of Object.entries(await this.#store.tags.tagsOf(tagsOf))) {
        keys[`aws:ResourceTag/${key}`] = value
        keys[`ssm:resourceTag/${key}`] = value
      }
    }
    return contextLayer(keys)
  }

  async #policiesOf(caller: Caller): Promise<PolicySet> {
    const name = principalName(caller)
    if (name === undefined) return { identity: [] }
    const { policies } = this.#store.identities
    return await this.#policies.get(`${name.kind}/${name.name}`, async () => ({
      identity: (await policies.bindingPolicies(name)).map(compile),
    }))
  }
}

function compile({ document, name, arn }: BindingPolicy): CompiledPolicy {
  return compilePolicy(readPolicy(document), arn === undefined ? { name } : { name, arn })
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

function principalName(caller: Caller): PrincipalName | undefined {
  if (caller.kind === 'user') return { kind: 'user', name: caller.userName }
  return caller.kind === 'role-session' ? { kind: 'role', name: caller.roleName } : undefined
}

function principalOf(caller: Caller): Principal {
  const { account, arn } = caller
  switch (caller.kind) {
    case 'root':
    case 'user':
    case 'anonymous':
      return { kind: caller.kind, account, arn }
    case 'role-session':
      return { kind: 'role-session', account, arn, roleArn: caller.roleArn }
    case 'node-key':
      return { kind: 'anonymous', account, arn }
  }
}
