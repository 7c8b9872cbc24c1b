import type { CommandFilter as RequestedFilter } from '@fairlead/wire/model/generated/ssm'
import { ServiceError } from '../../domain/error.ts'
import type { CommandFilter } from '../../store/command-store.ts'

/** What a listing asks for: conditions that the store answers, and those that follow from what it answers. */
export interface ReadFilters {
  readonly stored: CommandFilter
  /** A status or a status detail, any of which may hold. */
  readonly status: string | undefined
  readonly stage: 'Executing' | 'Complete' | undefined
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
