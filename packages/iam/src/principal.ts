import { splitArn } from './arn.ts'

/** Who asks. */
export interface Principal {
  readonly kind: 'root' | 'user' | 'role-session' | 'federated' | 'service' | 'anonymous'
  /** The account it belongs to; empty for a service, an identity provider and nobody. */
  readonly account: string
  /**
   * How it is named: the user's ARN, the assumed-role *session* ARN, the federated user's ARN, the service's host
   * name (`ssm.amazonaws.com`), `anonymous`.
   */
  readonly arn: string
  /** The role behind a role session. */
  readonly roleArn?: string
  /** Of a caller who comes with a web identity or a SAML assertion: the provider's ARN or host name. */
  readonly provider?: string
}

/**
 * Reads a principal from its ARN, a service's host name, or `anonymous`. A session's ARN does not hold the path of
 * its role; pass `roleArn` when the role has one.
 */
export function principalOf(name: string, roleArn?: string): Principal {
  const [, partition = '', , , account = '', resource = ''] = splitArn(name) ?? []
  if (name === 'anonymous' || name === '*') return { kind: 'anonymous', account: '', arn: 'anonymous' }
  if (!name.startsWith('arn:')) return { kind: 'service', account: '', arn: name }
  if (resource === 'root') return { kind: 'root', account, arn: name }
  const [type, role = ''] = resource.split('/')
  if (type === 'federated-user') return { kind: 'federated', account, arn: name }
  if (type !== 'assumed-role') return { kind: 'user', account, arn: name }
  return {
    kind: 'role-session',
    account,
    arn: name,
    roleArn: roleArn ?? `arn:${partition}:iam::${account}:role/${role}`,
  }
}
