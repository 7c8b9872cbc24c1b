import type { CommandFilter as RequestedFilter } from '@fairlead/wire/model/generated/ssm'
import { ServiceError } from '../../domain/error.ts'
import type { CommandFilter } from '../../store/command-store.ts'

/** What a listing asks for: conditions that the store answers, and those that follow from what it answers. */
export interface ReadFilters {
  readonly stored: CommandFilter
  /** A status or a status detail, any of which may hold. */
  readonly status: string | undefined
  readonly stage: 'Executing' | 'Complete' | undefined
  /** The name of a document, where the store is not asked for it. */
  readonly document?: string | undefined
}

/**
 * Of one node or of one command there is no index by document: the store would look at all that there is of it before it
 * answers. Where `isOfOne`, the document is therefore a condition like the status, for which a page looks only so far.
 */
export function boundedFilters(filters: ReadFilters, isOfOne: boolean): ReadFilters {
  if (!isOfOne) return filters
  const { documentName, ...stored } = filters.stored
  return { ...filters, stored, document: documentName }
}

/** @throws {ServiceError} InvalidFilterKey or ValidationException, as AWS does for what it cannot use */
export function readFilters(filters: readonly RequestedFilter[] | undefined, hasStages: boolean): ReadFilters {
  const given = new Map<string, string>()
  for (const { key, value } of filters ?? []) {
    if (given.has(key)) throw new ServiceError('InvalidFilterKey', `The filter ${key} is given twice.`)
    given.set(key, value)
  }
  if (given.has('ExecutionStage') && !hasStages) {
    throw new ServiceError('InvalidFilterKey', 'ExecutionStage can be used with ListCommands only.')
  }
  return {
    stored: {
      invokedAfter: timeOf('InvokedAfter', given),
      invokedBefore: timeOf('InvokedBefore', given),
      documentName: given.get('DocumentName'),
    },
    // AWS writes some details with spaces in places; here they are one word everywhere.
    status: given.get('Status')?.replaceAll(' ', ''),
    stage: stageOf(given.get('ExecutionStage')),
  }
}

function timeOf(key: string, given: ReadonlyMap<string, string>): Date | undefined {
  const value = given.get(key)
  if (value === undefined) return undefined
  const at = /^\d{4}-\d{2}-\d{2}(?:T|$)/.test(value) ? new Date(value) : new Date(Number.NaN)
  if (Number.isNaN(at.getTime()))
    throw new ServiceError('ValidationException', `The value of ${key} is not an ISO 8601 time.`)
  return at
}

function stageOf(value: string | undefined): ReadFilters['stage'] {
  if (value === undefined || value === 'Executing' || value === 'Complete') return value
  throw new ServiceError('ValidationException', 'The value of ExecutionStage must be Executing or Complete.')
}
