import {
  type ContextLayer,
  contextKeysOf,
  contextOf,
  type Decision,
  decide,
  type PolicySet,
  type Principal,
} from '@fairlead/iam'
import type {
  EvaluationResult,
  ResourceSpecificResult,
  SimulatePolicyResponse,
  Statement,
} from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { SimulatedPolicy } from './simulated-policies.ts'

/** What is simulated: each action on each resource. */
export interface Simulation {
  readonly principal: Principal
  readonly identity: readonly SimulatedPolicy[]
  readonly boundary: SimulatedPolicy | undefined
  readonly resource: SimulatedPolicy | undefined
  readonly resourceAccount: string | undefined
  readonly context: ContextLayer
  readonly actions: readonly string[]
  /** Undefined is `*`. */
  readonly resources: readonly string[] | undefined
}

export interface SimulationPage {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

/** SimulateCustomPolicy reference, "MaxItems". */
const defaultMaxItems = 100

const decisions = { Allowed: 'allowed', ExplicitlyDenied: 'explicitDeny', ImplicitlyDenied: 'implicitDeny' } as const

/** One page of results: of the first action on each resource, then of the second … No more is decided than is shown. */
export function simulate(
  simulation: Simulation,
  { Marker, MaxItems = defaultMaxItems }: SimulationPage,
): SimulatePolicyResponse {
  const { actions, resources = ['*'] } = simulation
  const total = actions.length * resources.length
  const from = Marker === undefined ? 0 : placeOf(Marker, total)
  const to = Math.min(total, from + MaxItems)
  const EvaluationResults: EvaluationResult[] = []
  for (let at = from; at < to; at++) {
    const action = actions[Math.floor(at / resources.length)]
    const resource = resources[at % resources.length]
    if (action !== undefined && resource !== undefined) EvaluationResults.push(resultOf(simulation, action, resource))
  }
  if (to === total) return { EvaluationResults, IsTruncated: false }
  return { EvaluationResults, IsTruncated: true, Marker: Buffer.from(`simulation/${to}`).toString('base64url') }
}

/** A simulation has actions that exist in form, and named resources. */
export function checkActions(actions: readonly string[]): readonly string[] {
  if (actions.length === 0) throw new ServiceError('InvalidInput', 'ActionNames must name an action.')
  for (const action of actions) {
    if (/^[A-Za-z0-9-]+:[A-Za-z0-9-]+$/.test(action)) continue
    throw new ServiceError('InvalidInput', `Invalid ActionName: ${action}. It is service:Action, without wildcards.`)
  }
  return actions
}

function resultOf(simulation: Simulation, action: string, resource: string): EvaluationResult {
  const { identity, boundary, resource: resourcePolicy, resourceAccount, principal, context } = simulation
  const policies: PolicySet = {
    identity: identity.map(({ compiled }) => compiled),
    boundary: boundary?.compiled,
    resource: resourcePolicy && { policy: resourcePolicy.compiled, required: false },
  }
  const request = { principal, action, resource, resourceAccount, context: contextOf(context) }
  const decision = decide(request, policies)
  const outcome = decisions[decision.effect]
  const involved = [...identity, ...(boundary ? [boundary] : []), ...(resourcePolicy ? [resourcePolicy] : [])]
  const missing = missingKeys(involved, action, context)
  const bounds = boundary && {
    AllowedByPermissionsBoundary: decide(request, { identity: [boundary.compiled] }).effect === 'Allowed',
  }
  const shared = {
    MatchedStatements: matchedStatements(decision, involved),
    MissingContextValues: missing,
    ...(bounds && { PermissionsBoundaryDecisionDetail: bounds }),
  }
  const named = { EvalActionName: action, EvalResourceName: resource, EvalDecision: outcome, ...shared }
  if (simulation.resources === undefined) return named
  // Of named resources the missing keys are told one by one.
  const specific: ResourceSpecificResult = { EvalResourceName: resource, EvalResourceDecision: outcome, ...shared }
  return { ...named, ...(resource === '*' ? {} : { MissingContextValues: [] }), ResourceSpecificResults: [specific] }
}

/** The statements that decided; nobody speaks for an implicit denial. */
function matchedStatements(decision: Decision, involved: readonly SimulatedPolicy[]): readonly Statement[] {
  if (decision.effect === 'ImplicitlyDenied') return []
  return decision.reasons.flatMap(({ policy: label, statement }) => {
    const policy = involved.find(({ compiled }) => compiled.label === label)
    const span = policy?.spans[statement]
    if (policy === undefined || span === undefined) return []
    return [
      {
        SourcePolicyId: label.name,
        SourcePolicyType: policy.source,
        StartPosition: { Line: span.start.line, Column: span.start.column },
        EndPosition: { Line: span.end.line, Column: span.end.column },
      },
    ]
  })
}

/** Condition keys that statements about the action ask for and the simulation was not given. */
function missingKeys(involved: readonly SimulatedPolicy[], action: string, context: ContextLayer): readonly string[] {
  const missing = new Map<string, string>()
  for (const { compiled } of involved) {
    const { document, statements } = compiled
    const about = statements.filter(({ covers }) => covers(action.toLowerCase())).map(({ source }) => source)
    for (const key of contextKeysOf({ ...document, statements: about })) {
      const name = key.toLowerCase()
      if (!context.has(name) && !missing.has(name)) missing.set(name, key)
    }
  }
  return [...missing.values()]
}

function placeOf(marker: string, total: number): number {
  const [, place] = /^simulation\/(\d{1,9})$/.exec(Buffer.from(marker, 'base64url').toString('utf8')) ?? []
  const at = Number(place ?? Number.NaN)
  if (at > 0 && at < total) return at
  throw new ServiceError('InvalidInput', `Invalid Marker: ${marker}`)
}
