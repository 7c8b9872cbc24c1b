import type {
  ExplainedDecision,
  ExplainedStatement,
  ExplainRequestRequest,
  ExplainRequestResponse,
} from '@fairlead/wire/model/generated/fairlead'
import { requestArn } from '../../domain/arn.ts'
import type { DecisionRecord, StatementRecord } from '../../domain/audit-record.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'

/**
 * ExplainRequest: why a request was allowed or denied, by the id that its answer carried.
 *
 * It tells what policies say and what tags nodes have, so whoever may ask can read both.
 */
export const explainRequest: Operation<ExplainRequestRequest, ExplainRequestResponse> = {
  service: 'fairlead',
  name: 'ExplainRequest',
  action: 'fairlead:ExplainRequest',

  resources: ({ RequestId }, scope) => [{ resource: requestArn(scope, RequestId) }],

  async handle({ RequestId }, context) {
    const record = await context.findAudited(RequestId)
    if (record === undefined) {
      throw new ServiceError('DoesNotExistException', `The audit knows no request ${RequestId}.`)
    }
    const { eventTime, eventSource, eventName, userIdentity, sourceIpAddress, errorCode, errorMessage } = record
    return {
      Request: {
        RequestId,
        Date: new Date(eventTime),
        Operation: `${eventSource.replace(/\.amazonaws\.com$/, '')}:${eventName}`,
        CallerArn: userIdentity.arn,
        CallerType: userIdentity.type,
        SourceIp: sourceIpAddress,
        ErrorCode: errorCode,
        ErrorMessage: errorMessage,
      },
      Decisions: (record.decisions ?? []).map(decisionOf),
      MoreDecisions: record.moreDecisions,
    }
  },
}

function decisionOf({ action, resource, effect, deniedBy, statements, keys = {} }: DecisionRecord): ExplainedDecision {
  return {
    Action: action,
    Resource: resource,
    Effect: effect,
    DeniedBy: deniedBy,
    Statements: statements.map(statementOf),
    Keys: Object.entries(keys).map(([Name, value]) => ({
      Name,
      Values: value === null ? undefined : typeof value === 'string' ? [value] : value,
    })),
  }
}

function statementOf(record: StatementRecord): ExplainedStatement {
  const { policyType, policy, policyArn, statement, sid, did, mismatches = [] } = record
  return {
    PolicyType: policyType,
    PolicyName: policy,
    PolicyArn: policyArn,
    Index: statement,
    Sid: sid,
    Did: did,
    Mismatches: mismatches.map(({ element, operator, key, wanted, got }) => ({
      Element: element,
      Operator: operator,
      Key: key,
      Wanted: wanted,
      Got: got,
    })),
  }
}
