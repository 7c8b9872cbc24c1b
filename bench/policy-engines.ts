import { compilePolicy, contextOf, decideMany, principalOf, readPolicy, tagLayer } from '@fairlead/iam'
import type { CedarModule, SimulateModules } from './policy-peers.ts'
import type { AskedResource, PolicyQuestion } from './policy-question.ts'

/** Decides for each of the resources whether it is allowed; what is known before the request was prepared before. */
export type PolicyEngine = (resources: readonly AskedResource[]) => readonly boolean[]

/** Ours, asked as the gateway asks it: nothing of request and tags is kept from one request to the next. */
export function ownEngine({ policyText, principal, action, context }: PolicyQuestion): PolicyEngine {
  const policies = { identity: [compilePolicy(readPolicy(policyText), { name: 'operations' })] }
  const asking = principalOf(principal)
  return (resources) => {
    const request = { principal: asking, action, context: contextOf(context) }
    const asked = resources.map(({ arn, tags }) => ({ resource: arn, layer: tagLayer(tags, tagPrefixes) }))
    return decideMany(request, asked, policies).map(({ effect }) => effect === 'Allowed')
  }
}

/** The core of iam-simulate, without the checks that its front makes of every request. The policy is parsed once. */
export function simulateEngine(
  question: PolicyQuestion,
  { policy, core, request, context }: SimulateModules,
): PolicyEngine {
  const identityPolicies = [policy.loadPolicy(JSON.parse(question.policyText), { name: 'operations' })]
  const simulationParameters = {
    simulationMode: 'Strict',
    discoveryContextKeyConstraints: new context.DiscoveryContextKeyConstraints([]),
  }
  const { account: accountId, principal, action } = question
  return (resources) =>
    resources.map(({ arn: resource, tags }) => {
      const keys = new context.RequestContextImpl({ ...question.context, ...tagKeys(tags) })
      const { result } = core.authorize({
        request: new request.AwsRequestImpl(principal, { resource, accountId }, action, keys),
        identityPolicies,
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        simulationParameters,
      })
      return result === 'Allowed'
    })
}

/** Cedar with the policies parsed once. Its request and entities cross into WebAssembly as it wants them. */
export function cedarEngine(
  { cedarText, principal, action, context }: PolicyQuestion,
  cedar: CedarModule,
): PolicyEngine {
  const preparsedPolicySetId = 'operations'
  const parsed = cedar.preparsePolicySet(preparsedPolicySetId, { staticPolicies: cedarText })
  if (parsed.type !== 'success') throw new Error(`Cedar: ${JSON.stringify(parsed)}`)
  return (resources) => {
    const asked = {
      principal: { type: 'User', id: principal },
      action: { type: 'Action', id: action },
      context: {
        username: context['aws:username'],
        sourceIp: { __extn: { fn: 'ip', arg: context['aws:SourceIp'] } },
        secureTransport: context['aws:SecureTransport'] === 'true',
        requestedRegion: context['aws:RequestedRegion'],
        userAgent: context['aws:UserAgent'],
      },
      preparsedPolicySetId,
    }
    return resources.map(({ arn, tags }) => {
      const resource = { type: 'Resource', id: arn }
      const entities = [{ uid: resource, attrs: { arn, tags }, parents: [] }]
      const answer = cedar.statefulIsAuthorized({ ...asked, resource, entities })
      if (answer.type !== 'success' || answer.response.diagnostics.errors.length > 0) {
        throw new Error(`Cedar: ${JSON.stringify(answer)}`)
      }
      return answer.response.decision === 'allow'
    })
  }
}

const tagPrefixes = ['aws:resourcetag/', 'ssm:resourcetag/']

/** A tag is two condition keys, as Systems Manager has it. */
function tagKeys(tags: AskedResource['tags']): Record<string, string> {
  const keys: Record<string, string> = {}
  for (const [name, value] of Object.entries(tags)) {
    keys[`aws:ResourceTag/${name}`] = value
    keys[`ssm:resourceTag/${name}`] = value
  }
  return keys
}
