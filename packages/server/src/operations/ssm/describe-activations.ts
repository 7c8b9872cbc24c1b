import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import type { DescribeActivationsFilter, Activation as DescribedActivation } from '@fairlead/wire/model/generated/ssm'
import { type Activation, isExpired } from '../../domain/activation.ts'
import { accountWideArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import type { ActivationCondition } from '../../store/node-store.ts'
import type { Operation } from '../operation.ts'
import { pageToken, placeOf } from './page-token.ts'
import { describeTags } from './tags.ts'

type Input = InputOf<'ssm', 'DescribeActivations'>
type Output = OutputOf<'ssm', 'DescribeActivations'>

const defaultMaxResults = 50
const mostFilters = 10
const mostValues = 100

/** DescribeActivations: all but the codes. */
export const describeActivations: Operation<Input, Output> = {
  service: 'ssm',
  name: 'DescribeActivations',
  action: 'ssm:DescribeActivations',

  resources: (_input, scope) => [{ resource: accountWideArn(scope) }],

  async handle({ Filters = [], MaxResults = defaultMaxResults, NextToken }, { store, now }) {
    const conditions = conditionsOf(Filters)
    const page = await store.nodes.listActivations(conditions, {
      limit: MaxResults,
      after: placeOf(this.name, NextToken),
    })
    const at = now()
    return {
      ActivationList: page.items.map((activation) => describe(activation, at)),
      NextToken: pageToken(this.name, page.next),
    }
  },
}

const keys = {
  ActivationIds: 'activationId',
  DefaultInstanceName: 'defaultInstanceName',
  IamRole: 'roleName',
} as const

function conditionsOf(filters: readonly DescribeActivationsFilter[]): readonly ActivationCondition[] {
  if (filters.length > mostFilters)
    throw new ServiceError('InvalidFilter', `At most ${mostFilters} filters can be given.`)
  return filters.map(({ FilterKey, FilterValues = [] }) => {
    if (FilterKey === undefined) throw new ServiceError('InvalidFilter', 'A filter needs a FilterKey.')
    if (FilterValues.length === 0 || FilterValues.length > mostValues) {
      throw new ServiceError('InvalidFilter', `The filter ${FilterKey} takes 1 to ${mostValues} values.`)
    }
    return { key: keys[FilterKey], values: FilterValues }
  })
}

function describe(activation: Activation, now: Date): DescribedActivation {
  const tags = describeTags(activation.tags)
  return {
    ActivationId: activation.activationId,
    Description: activation.description,
    DefaultInstanceName: activation.defaultInstanceName,
    IamRole: activation.roleName,
    RegistrationLimit: activation.registrationLimit,
    RegistrationsCount: activation.registrationsCount,
    ExpirationDate: activation.expiresAt,
    Expired: isExpired(activation, now),
    CreatedDate: activation.createdAt,
    ...(tags.length > 0 ? { Tags: tags } : {}),
  }
}
