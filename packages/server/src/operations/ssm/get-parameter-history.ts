import type { GetParameterHistoryRequest, GetParameterHistoryResult } from '@fairlead/wire/model/generated/ssm'
import { placeOfName } from '../../domain/ssm-parameter-name.ts'
import type { Operation } from '../operation.ts'
import { describeVersion } from './described-parameter.ts'
import { pageToken, placeOf } from './page-token.ts'
import { parameterNotFound, referenceCheck, requireReferenced } from './parameter-access.ts'
import { openedParameter } from './parameter-secret.ts'

const defaultMaxResults = 50

/** GetParameterHistory: the versions that are kept, oldest first, with their labels. */
export const getParameterHistory: Operation<GetParameterHistoryRequest, GetParameterHistoryResult> = {
  service: 'ssm',
  name: 'GetParameterHistory',
  action: 'ssm:GetParameterHistory',

  resources: ({ Name }, scope) => [referenceCheck(Name, scope)],

  async handle({ Name, WithDecryption, MaxResults: limit = defaultMaxResults, NextToken }, context) {
    const { parameter: latest, selector } = await requireReferenced(context, Name)
    // It is about all versions.
    if (selector !== undefined) throw parameterNotFound(Name)
    const after = placeOf(this.name, NextToken)
    const page = await context.store.parameters.listVersions(placeOfName(latest.name), { limit, after })
    const versions = await Promise.all(
      page.items.map(async ({ parameter, labels }) => {
        const { value } = WithDecryption ? await openedParameter(context, parameter) : parameter
        return { ...describeVersion(parameter), Value: value, Labels: labels }
      }),
    )
    return { Parameters: versions, NextToken: pageToken(this.name, page.next) }
  },
}
