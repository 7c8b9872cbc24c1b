import {
  type CompiledPolicy,
  type ContextLayer,
  compilePolicy,
  contextLayer,
  type PolicySet,
  readPolicy,
} from '@fairlead/iam'
import type { Caller, FederatedUserCaller } from '../domain/caller.ts'
import type { SessionMarks } from '../domain/session-marks.ts'
import type { Tags } from '../domain/tag.ts'
import type { IdentityStore, PrincipalName } from '../store/identity-store.ts'
import type { CompiledPolicies } from './compiled-policies.ts'
import { GenerationCache } from './generation-cache.ts'

/** What is known of a caller until any identity changes: the policies that bind it, and aws:PrincipalTag/…. */
export interface Binding {
  readonly policies: PolicySet
  readonly tags: ContextLayer
}

interface CompiledMarks {
  readonly policies: readonly CompiledPolicy[]
  readonly tags: ContextLayer
}

const unbound: Binding = { policies: { identity: [] }, tags: new Map() }
/** What binds the root is nothing; somebody whom it vouches for is a principal that needs to be allowed. */
const everything = {
  key: 'everything',
  name: 'root',
  arn: undefined,
  document: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
}
const allowsNothing = '{"Version":"2012-10-17","Statement":[]}'

/** Gathers the policies that bind a caller, and keeps them for as long as nothing about identities changes. */
export class CallerPolicies {
  readonly #identities: IdentityStore
  readonly #compiled: CompiledPolicies
  readonly #bindings: GenerationCache<Binding>
  readonly #managed: GenerationCache<CompiledPolicy>
  /** For as long as the session token is kept opened. */
  readonly #marks = new WeakMap<SessionMarks, CompiledMarks>()

  constructor(identities: IdentityStore, compiled: CompiledPolicies) {
    this.#identities = identities
    this.#compiled = compiled
    this.#bindings = new GenerationCache(() => identities.generation(), 20_000)
    this.#managed = new GenerationCache(() => identities.generation(), 1_000)
  }

  async bindingOf(caller: Caller): Promise<Binding> {
    if (caller.kind === 'federated-user') return await this.#federatedBinding(caller)
    const name = principalName(caller)
    if (name === undefined) return unbound
    const binding = await this.#bindings.get(`${name.kind}/${name.name}`, () => this.#gather(name))
    const marks = caller.kind === 'role-session' ? caller.marks : undefined
    return marks === undefined ? binding : await this.#narrowed(binding, marks)
  }

  /** A federated user without session policies may do nothing by itself (GetFederationToken reference). */
  async #federatedBinding({ userName, marks }: FederatedUserCaller): Promise<Binding> {
    const binding =
      userName === undefined
        ? { policies: { identity: [this.#compiled.get(everything)] }, tags: unbound.tags }
        : await this.#bindings.get(`user/${userName}`, () => this.#gather({ kind: 'user', name: userName }))
    const { policies, tags } = await this.#narrowed(binding, marks)
    return { policies: { ...policies, session: policies.session ?? [] }, tags }
  }

  async #gather(name: PrincipalName): Promise<Binding> {
    const { policies, users, roles } = this.#identities
    const identity = (await policies.bindingPolicies(name)).map((policy) => this.#compiled.get(policy))
    const found = name.kind === 'user' ? await users.findUser(name.name) : await roles.findRole(name.name)
    const boundary = found?.boundaryArn === undefined ? undefined : await this.#narrowingPolicy(found.boundaryArn)
    return { policies: { identity, boundary }, tags: principalTags(found?.tags ?? {}) }
  }

  /** A role's binding with what one of its sessions brought along: its tags count before the role's. */
  async #narrowed({ policies, tags }: Binding, marks: SessionMarks): Promise<Binding> {
    const compiled = this.#marks.get(marks) ?? compileMarks(marks)
    this.#marks.set(marks, compiled)
    const { policy, policyArns } = marks
    const managed = (policyArns ?? []).map((arn) => this.#managed.get(arn, () => this.#narrowingPolicy(arn)))
    const isNarrowed = policy !== undefined || policyArns !== undefined
    const session = isNarrowed ? [...compiled.policies, ...(await Promise.all(managed))] : undefined
    return { policies: { ...policies, session }, tags: new Map([...tags, ...compiled.tags]) }
  }

  /** The text in force of a managed policy that can only narrow: one that is gone leaves nothing. */
  async #narrowingPolicy(arn: string): Promise<CompiledPolicy> {
    const policy = await this.#identities.policies.bindingPolicy(arn)
    return this.#compiled.get(policy ?? { key: `nothing/${arn}`, name: arn, arn, document: allowsNothing })
  }
}

function compileMarks({ policy, tags = {} }: SessionMarks): CompiledMarks {
  const policies = policy === undefined ? [] : [compilePolicy(readPolicy(policy), { name: 'session policy' })]
  return { policies, tags: principalTags(tags) }
}

function principalTags(tags: Tags): ContextLayer {
  return contextLayer(
    Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
  )
}

function principalName(caller: Caller): PrincipalName | undefined {
  if (caller.kind === 'user') return { kind: 'user', name: caller.userName }
  return caller.kind === 'role-session' ? { kind: 'role', name: caller.roleName } : undefined
}
