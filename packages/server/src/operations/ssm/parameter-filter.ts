import type { ParameterStringFilter } from '@fairlead/wire/model/generated/ssm'
import { ServiceError } from '../../domain/error.ts'
import type { Parameter } from '../../domain/ssm-parameter.ts'

/** Options of filters, in AWS's words. */
export type FilterOption = 'Equals' | 'BeginsWith' | 'Contains' | 'Recursive' | 'OneLevel'

/** One filter, its option and values checked. Values are alternatives. */
export interface ReadFilter {
  readonly key: string
  readonly option: FilterOption
  readonly values: readonly string[]
}

/** Options by key, the default first. */
export type FilterOptions = (key: string) => readonly FilterOption[] | undefined

/**
 * Checks filters against the keys and options that an operation knows.
 *
 * @throws {ServiceError} InvalidFilterKey, InvalidFilterOption, InvalidFilterValue, ValidationException
 */
export function readFilters(filters: readonly ParameterStringFilter[], options: FilterOptions): readonly ReadFilter[] {
  if (new Set(filters.map(({ Key }) => Key)).size < filters.length) {
    throw new ServiceError('ValidationException', 'The following filter is duplicated in the request.')
  }
  return filters.map(({ Key: key, Option, Values: values }) => {
    const known = options(key)
    if (known === undefined) {
      throw new ServiceError('InvalidFilterKey', `The following filter key is not valid here: ${key}.`)
    }
    const option = Option === undefined ? known[0] : known.find((one) => one === Option)
    if (option === undefined) {
      throw new ServiceError(
        'InvalidFilterOption',
        `The following filter option is not valid: ${Option}. Valid options include: [${known.join(', ')}].`,
      )
    }
    if (values === undefined && !key.startsWith('tag:')) {
      throw new ServiceError(
        'InvalidFilterValue',
        `The following filter values are missing : null for filter key ${key}.`,
      )
    }
    return { key, option, values: values ?? [] }
  })
}

/** Whether a text is one of those that a filter asks for. */
export function fits(text: string, { option, values }: ReadFilter): boolean {
  switch (option) {
    case 'BeginsWith':
      return values.some((value) => text.startsWith(value))
    case 'Contains':
      return values.some((value) => text.includes(value))
    default:
      return values.includes(text)
  }
}

export interface PathFilter {
  /** Only versions with one of these. */
  readonly labels: readonly string[] | undefined
  holds(parameter: Parameter): boolean
}

const pathOptions: FilterOptions = (key) =>
  key === 'Type' || key === 'KeyId' ? ['Equals', 'BeginsWith'] : key === 'Label' ? ['Equals'] : undefined

/** The filters of GetParametersByPath. */
export function pathFilter(filters: readonly ParameterStringFilter[] = []): PathFilter {
  const read = readFilters(filters, pathOptions)
  return {
    labels: read.find(({ key }) => key === 'Label')?.values,
    holds: ({ type, keyId = '' }) =>
      read.every((filter) => filter.key === 'Label' || fits(filter.key === 'Type' ? type : keyId, filter)),
  }
}
