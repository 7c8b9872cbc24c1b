import type {
  DescribeParametersRequest,
  ParameterStringFilter,
  ParametersFilter,
} from '@fairlead/wire/model/generated/ssm'
import { ServiceError } from '../../domain/error.ts'
import type { Parameter } from '../../domain/ssm-parameter.ts'
import { parentOf, placeOfName, readPath } from '../../domain/ssm-parameter-name.ts'
import type { Tags } from '../../domain/tag.ts'
import type { ParameterRange } from '../../store/parameter-store.ts'
import { type FilterOptions, fits, type ReadFilter, readFilters } from './parameter-filter.ts'

/** Which parameters DescribeParameters is asked for. */
export interface DescribeFilter {
  /** All that are wanted are in it. */
  readonly range: ParameterRange
  readonly needsTags: boolean
  holds(parameter: Parameter, tags: Tags): boolean
}

const options: FilterOptions = (key) => {
  switch (key) {
    case 'Name':
      return ['Equals', 'BeginsWith', 'Contains']
    case 'Path':
      return ['OneLevel', 'Recursive']
    case 'Type':
    case 'KeyId':
    case 'Tier':
    case 'DataType':
      return ['Equals', 'BeginsWith']
    default:
      return key.startsWith('tag:') ? ['Equals', 'BeginsWith'] : undefined
  }
}

type Test = (parameter: Parameter, tags: Tags) => boolean

/**
 * The filters of DescribeParameters, in either of their forms. Values of one filter are alternatives; all filters must
 * hold.
 *
 * @throws {ServiceError} InvalidFilterKey, InvalidFilterOption, InvalidFilterValue, ValidationException
 */
export function describeFilter({ Filters = [], ParameterFilters = [] }: DescribeParametersRequest): DescribeFilter {
  if (Filters.length > 0 && ParameterFilters.length > 0) {
    throw new ServiceError('ValidationException', 'You can use either Filters or ParameterFilters in a single request.')
  }
  const filters = readFilters([...Filters.map(asNewer), ...ParameterFilters], options)
  const tests = filters.map(testOf)
  return {
    range: rangeOf(filters),
    needsTags: filters.some(({ key }) => key.startsWith('tag:')),
    holds: (parameter, tags) => tests.every((test) => test(parameter, tags)),
  }
}

/** In the older form, which has no options, a name is looked for by its beginning, as users do and getmoto/moto knows it. */
function asNewer(filter: ParametersFilter): ParameterStringFilter {
  return filter.Key === 'Name' ? { ...filter, Option: 'BeginsWith' } : filter
}

/** A filter with one value narrows the search itself; the others only what is found. */
function rangeOf(filters: readonly ReadFilter[]): ParameterRange {
  for (const { key, option, values } of filters) {
    const [value, another] = values
    if (value === undefined || another !== undefined) continue
    if (key === 'Name' && option !== 'Contains') return { prefix: placeOfName(value) }
    if (key !== 'Path') continue
    const path = readPath(value)
    return option === 'OneLevel' ? { parent: path } : { prefix: path === '' ? '' : `${path}/` }
  }
  return {}
}

function testOf(filter: ReadFilter): Test {
  const { key, option, values } = filter
  switch (key) {
    case 'Name': {
      // A leading slash makes no difference, but what is contained may be a slash.
      const places = option === 'Contains' ? filter : { ...filter, values: values.map(placeOfName) }
      return ({ name }) => fits(option === 'Contains' ? name : placeOfName(name), places)
    }
    case 'Type':
      return ({ type }) => fits(type, filter)
    case 'KeyId':
      return ({ keyId }) => keyId !== undefined && fits(keyId, filter)
    case 'Tier':
      return ({ tier }) => fits(tier, filter)
    case 'DataType':
      return ({ dataType }) => fits(dataType, filter)
    case 'Path': {
      const paths = values.map(readPath)
      return ({ name }) => paths.some((path) => isInside(placeOfName(name), path, option === 'Recursive'))
    }
    default: {
      const tag = key.slice('tag:'.length)
      return (_parameter, tags) => Object.hasOwn(tags, tag) && (values.length === 0 || fits(tags[tag] ?? '', filter))
    }
  }
}

function isInside(place: string, path: string, isRecursive: boolean): boolean {
  return isRecursive ? path === '' || place.startsWith(`${path}/`) : parentOf(place) === path
}
