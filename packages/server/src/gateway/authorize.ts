import { hash } from 'node:crypto'
import {
  type ContextLayer,
  type ContextValue,
  contextLayer,
  type Decision,
  decide,
  decideMany,
  denialMessage,
  layered,
  type PolicySet,
  type Principal,
  type ResourceRequest,
  tagLayer,
} from '@fairlead/iam'
import type { Protocol } from '@fairlead/wire/codec'
import type { Caller } from '../domain/caller.ts'
import { ownedDocument } from '../domain/document-catalogue.ts'
import type { ServiceError } from '../domain/error.ts'
import type { Scope } from '../domain/scope.ts'
import type { TaggedResource, Tags } from '../domain/tag.ts'
import type { AccessCheck, ContextKeys } from '../operations/operation.ts'
import type { IdentityName } from '../store/identity-store.ts'
import type { Store } from '../store/store.ts'
import { CallerPolicies } from './caller-policies.ts'
import { CompiledPolicies } from './compiled-policies.ts'
import type { Decided } from './decision-record.ts'
import { identityResource } from './identity-resource.ts'
import { refuse } from './refusal.ts'
import type { RequestFacts } from './request-context.ts'
import { requestContext } from './request-context.ts'

const noKeys: ContextLayer = new Map()
/** In AWS it is the number of an account, which is published nowhere; this is no account's. */
const amazon = 'Amazon'

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
    const resources = await Promise.all(checks.map((check) => this.#resourceOf(check, request.facts.scope)))
    if (checks.length > 1 && checks.every((check) => check.action === first && isPlain(check))) {
      return decideMany({ principal, action: first ?? request.action, context }, resources, policies)
    }
    return resources.map(({ check, resource, layer }) => {
      const { action = request.action, denyContext } = check
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

  /** What policies see of a resource: its ARN and the keys that are its own. */
  async #resourceOf(check: AccessCheck, scope: Scope): Promise<ResourceRequest & { readonly check: AccessCheck }> {
    const { tagsOf, identity, document, context } = check
    if (tagsOf === undefined && identity === undefined && document === undefined && context === undefined) {
      return { check, resource: check.resource, layer: noKeys }
    }
    if (tagsOf !== undefined && identity === undefined && document === undefined && context === undefined) {
      const prefixes = ['aws:ResourceTag', ...ownTagKeysOf(tagsOf)].map((name) => `${name.toLowerCase()}/`)
      return { check, resource: check.resource, layer: tagLayer(await this.#store.tags.tagsOf(tagsOf), prefixes) }
    }
    const keys: Record<string, ContextValue> = { ...context }
    if (document !== undefined) await this.#addDocument(keys, document)
    if (tagsOf !== undefined) addTags(keys, await this.#store.tags.tagsOf(tagsOf), ...ownTagKeysOf(tagsOf))
    const found = identity && (await identityResource(this.#store.identities, scope, identity))
    if (found) addTags(keys, found.tags, ...ownTagKeys(identity?.kind))
    if (found?.boundaryArn !== undefined && check.showsBoundary) keys['iam:PermissionsBoundary'] = found.boundaryArn
    const resource = found?.arn ?? check.resource
    if (isOwnedByAws(resource)) keys['aws:ResourceAccount'] = amazon
    return { check, resource, layer: contextLayer(keys) }
  }

  async #addDocument(keys: Record<string, ContextValue>, name: string): Promise<void> {
    const owned = ownedDocument(name)
    const type = owned?.type ?? (await this.#store.documents.findDocument(name))?.type
    if (type !== undefined) keys['ssm:DocumentType'] = type
    // Nobody can tag what AWS owns, and every command names such a document.
    if (owned !== undefined || type === undefined) return
    addTags(keys, await this.#store.tags.tagsOf({ type: 'Document', id: name }), 'ssm:resourceTag')
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

/** Documents and managed policies that come with the service. */
function isOwnedByAws(arn: string): boolean {
  return arn.startsWith('arn:aws:iam::aws:') || /^arn:aws:ssm:[^:]*::/.test(arn)
}

/** An explicit denial if there is one, else what is allowed, else the first. */
function eitherOf(decisions: readonly Decision[]): Decision | undefined {
  return (
    decisions.find(({ effect }) => effect === 'ExplicitlyDenied') ??
    decisions.find(({ effect }) => effect === 'Allowed') ??
    decisions[0]
  )
}

/** Tags are condition keys twice: under the name that all services share, and under the service's own. */
function addTags(keys: Record<string, ContextValue>, tags: Tags, ...own: readonly string[]): void {
  for (const [key, value] of Object.entries(tags)) {
    for (const name of ['aws:ResourceTag', ...own]) keys[`${name}/${key}`] = value
  }
}

/** Systems Manager has a name of its own for tags of what is its own. */
function ownTagKeysOf({ type }: TaggedResource): readonly string[] {
  return type === 'ResourceGroup' ? [] : ['ssm:resourceTag']
}

/** IAM has a name of its own for tags of users and roles, and for no others (service authorization reference). */
function ownTagKeys(kind: IdentityName['kind'] | undefined): readonly string[] {
  return kind === 'user' || kind === 'role' ? ['iam:ResourceTag'] : []
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
