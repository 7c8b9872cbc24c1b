import type { ResourceQuery } from '@fairlead/wire/model/generated/resource-groups'
import { ServiceError } from '../../domain/error.ts'
import { type GroupQuery, readGroupQuery } from '../../domain/resource-group-query.ts'

export const queryType = 'TAG_FILTERS_1_0'

/**
 * The query of a request. Only queries over tags can be answered here.
 *
 * @throws {ServiceError} BadRequestException
 */
export function readQuery({ Type, Query }: ResourceQuery): GroupQuery {
  if (Type !== queryType) {
    throw new ServiceError(
      'BadRequestException',
      `Queries of type ${Type} are not served: there are no stacks here. Use ${queryType}.`,
    )
  }
  const query = readGroupQuery(Query)
  if (typeof query === 'string') throw new ServiceError('BadRequestException', `Query not valid: ${query}`)
  return query
}

export function describeQuery(query: string): ResourceQuery {
  return { Type: queryType, Query: query }
}
