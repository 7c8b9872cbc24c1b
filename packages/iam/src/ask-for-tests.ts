import {
  type AccessRequest,
  compilePolicy,
  contextOf,
  type Decision,
  decide,
  type PolicySet,
  principalOf,
  readPolicy,
} from './index.ts'

// For tests: a small world of one user, one role and one object.

export const user = 'arn:aws:iam::123456789012:user/alice'
export const session = 'arn:aws:sts::123456789012:assumed-role/Ops/bob'
export const role = 'arn:aws:iam::123456789012:role/Ops'
export const root = 'arn:aws:iam::123456789012:root'
const object = 'arn:aws:s3:::logs/k'

export function policy(...statements: readonly object[]) {
  return compilePolicy(readPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements })), { name: 'p' })
}

export const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
export const nothing = policy({ Effect: 'Allow', Action: 'none:None', Resource: '*' })

/** Asks to write the object, unless the request says otherwise. */
export function ask(name: string, policies: Partial<PolicySet>, request: Partial<AccessRequest> = {}): Decision {
  const asked = { principal: principalOf(name), action: 's3:PutObject', resource: object, context: contextOf({}) }
  return decide({ ...asked, ...request }, { identity: [], ...policies })
}
