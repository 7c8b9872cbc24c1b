import type { DescribeParametersRequest, DescribeParametersResult } from '@fairlead/wire/model/generated/ssm'
import { accountWideArn } from '../../domain/arn.ts'
import type { PageRequest } from '../../domain/page.ts'
import { placeOfName } from '../../domain/ssm-parameter-name.ts'
import type { Operation } from '../operation.ts'
import { describeFilter } from './describe-parameters-filter.ts'
import { describeParameter } from './described-parameter.ts'
import { filteredPage } from './filtered-page.ts'
import { pageToken, placeOf } from './page-token.ts'

const defaultMaxResults = 50

/** DescribeParameters: everything about parameters but their values, in the order of their names. */
export const describeParameters: Operation<DescribeParametersRequest, DescribeParametersResult> = {
  service: 'ssm',
  name: 'DescribeParameters',
  action: 'ssm:DescribeParameters',

  resources: (_input, scope) => [{ resource: accountWideArn(scope) }],

  async handle(input, { store, scope }) {
    const filter = describeFilter(input)
    const after = placeOf(this.name, input.NextToken)
    // Nobody shares parameters with this account.
    if (input.Shared) return { Parameters: [] }
    const { items, next } = await filteredPage(
      { limit: input.MaxResults ?? defaultMaxResults, after },
      async (page: PageRequest) => {
        const listed = await store.parameters.listParameters(filter.range, page)
        const places = listed.items.map(({ name }) => placeOfName(name))
        const tags = await store.tags.tagsOfEach('Parameter', filter.needsTags ? places : [])
        const items = listed.items.map((parameter, index) => ({
          parameter,
          tags: tags.get(places[index] ?? '') ?? {},
        }))
        return { ...listed, items }
      },
      ({ parameter, tags }) => filter.holds(parameter, tags),
    )
    return {
      Parameters: items.map(({ parameter }) => describeParameter(parameter, scope)),
      NextToken: pageToken(this.name, next),
    }
  },
}
