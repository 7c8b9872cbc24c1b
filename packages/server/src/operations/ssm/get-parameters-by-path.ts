import type { GetParametersByPathRequest, GetParametersByPathResult } from '@fairlead/wire/model/generated/ssm'
import { parameterArn } from '../../domain/arn.ts'
import type { PageRequest } from '../../domain/page.ts'
import type { Parameter } from '../../domain/ssm-parameter.ts'
import { placeOfName, readPath } from '../../domain/ssm-parameter-name.ts'
import type { Context, Operation } from '../operation.ts'
import { describeValue } from './described-parameter.ts'
import { filteredPage } from './filtered-page.ts'
import { pageToken, placeOf } from './page-token.ts'
import type { FoundParameter } from './parameter-access.ts'
import { type PathFilter, pathFilter } from './parameter-filter.ts'

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
    const range = input.Recursive ? { prefix: inside } : { parent: path }
    const { items, next } = await filteredPage(
      { limit: input.MaxResults ?? defaultMaxResults, after: placeOf(this.name, input.NextToken) },
      async (page: PageRequest) => {
        const listed = await context.store.parameters.listParameters(range, page)
        return { ...listed, items: await Promise.all(listed.items.map((item) => chosen(item, filter, context))) }
      },
      (found) => found !== undefined && filter.holds(found.parameter),
    )
    const found = items.filter((item) => item !== undefined)
    return {
      Parameters: await Promise.all(found.map((item) => describeValue(context, item, input.WithDecryption))),
      NextToken: pageToken(this.name, next),
    }
  },
}

/** The version that has one of the wanted labels; without such a filter the latest. */
async function chosen(
  parameter: Parameter,
  { labels }: PathFilter,
  { store }: Context,
): Promise<FoundParameter | undefined> {
  if (labels === undefined) return { parameter, selector: undefined }
  for (const label of labels) {
    const labelled = await store.parameters.findLabelled(placeOfName(parameter.name), label)
    if (labelled !== undefined) return { parameter: labelled, selector: label }
  }
  return undefined
}
