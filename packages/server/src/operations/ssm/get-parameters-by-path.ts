import type { GetParametersByPathRequest, GetParametersByPathResult } from '@fairlead/wire/model/generated/ssm'
import { parameterArn } from '../../domain/arn.ts'
import { readPath } from '../../domain/ssm-parameter-name.ts'
import type { Operation } from '../operation.ts'
import { describeValue } from './described-parameter.ts'
import { filteredPage } from './filtered-page.ts'
import { pageToken, placeOf } from './page-token.ts'
import { pathFilter } from './parameter-filter.ts'

const defaultMaxResults = 10

/**
 * GetParametersByPath: what a path holds directly, or all that is below it. Who may read a path may read everything
 * below it, whatever policies say about that (its reference).
 */
export const getParametersByPath: Operation<GetParametersByPathRequest, GetParametersByPathResult> = {
  service: 'ssm',
  name: 'GetParametersByPath',
  action: 'ssm:GetParametersByPath',

  resources: ({ Path }, scope) => [{ resource: parameterArn(scope, Path.trim().replace(/(?<=.)\/$/, '')) }],
  requestContext: ({ Recursive = false }) => ({ 'ssm:Recursive': String(Recursive) }),

  async handle(input, context) {
    const path = readPath(input.Path)
    const filter = pathFilter(input.ParameterFilters)
    const inside = path === '' ? '' : `${path}/`
    const below = input.Recursive ? { prefix: inside } : { parent: path }
    const range = { ...below, labels: filter.labels }
    const { items, next } = await filteredPage(
      { limit: input.MaxResults ?? defaultMaxResults, after: placeOf(this.name, input.NextToken) },
      (page) => context.store.parameters.listParameters(range, page),
      filter.holds,
    )
    return {
      Parameters: await Promise.all(
        items.map((parameter) => describeValue(context, { parameter }, input.WithDecryption)),
      ),
      NextToken: pageToken(this.name, next),
    }
  },
}
