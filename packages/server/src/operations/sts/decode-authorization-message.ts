import type {
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse,
} from '@fairlead/wire/model/generated/sts'
import type { AuditRecord, DecisionRecord } from '../../domain/audit-record.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'

const requestIdForm = /^[0-9A-Za-z-]{1,64}$/

/**
 * DecodeAuthorizationMessage: why a request was denied, as AWS tells it.
 *
 * No denial of ours carries an encoded message: the id of the request says as much, and cannot be guessed.
 */
export const decodeAuthorizationMessage: Operation<
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse
> = {
  service: 'sts',
  name: 'DecodeAuthorizationMessage',
  action: 'sts:DecodeAuthorizationMessage',

  resources: () => [{ resource: '*' }],

  async handle({ EncodedMessage }, context) {
    const record = requestIdForm.test(EncodedMessage) ? await context.findAudited(EncodedMessage) : undefined
    const [decision] = record?.decisions ?? []
    if (record === undefined || decision === undefined) {
      throw new ServiceError(
        'InvalidAuthorizationMessageException',
        'EncodedMessage is not the id of a request that came to a decision.',
      )
    }
    return { DecodedMessage: JSON.stringify(decoded(record, decision)) }
  },
}

/** In the form of AWS's (STS reference, DecodeAuthorizationMessage; the names as its clients read them). */
function decoded({ userIdentity }: AuditRecord, { effect, action, resource, statements, keys = {} }: DecisionRecord) {
  const matched = effect === 'ImplicitlyDenied' ? [] : statements
  return {
    allowed: effect === 'Allowed',
    explicitDeny: effect === 'ExplicitlyDenied',
    matchedStatements: {
      items: matched.map(({ sid = '', did, policy, policyArn }) => ({
        statementId: sid,
        effect: did === 'denied' ? 'DENY' : 'ALLOW',
        sourcePolicyId: policyArn ?? policy,
        sourcePolicyType: 'IAM Policy',
      })),
    },
    failures: { items: [] },
    context: {
      principal: { id: userIdentity.userId, arn: userIdentity.arn },
      action,
      resource,
      conditions: {
        items: Object.entries(keys).flatMap(([key, value]) => {
          if (value === null) return []
          const values = typeof value === 'string' ? [value] : value
          return [{ key, values: { items: values.map((one) => ({ value: one })) } }]
        }),
      },
    },
  }
}
