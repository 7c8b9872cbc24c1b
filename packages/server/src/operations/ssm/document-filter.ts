import type { ListDocumentsRequest } from '@fairlead/wire/model/generated/ssm'
import { ServiceError } from '../../domain/error.ts'
import type { Tags } from '../../domain/tag.ts'
import type { ShownDocument } from './described-document.ts'

/** Whether a document is wanted. */
export interface DocumentTest {
  holds(document: ShownDocument, tags: Tags): boolean
}

const owners = ['Amazon', 'Self', 'Private', 'All', 'Public', 'ThirdParty']

/**
 * The filters of ListDocuments, in either of their forms. Values of one filter are alternatives; all
 * filters must hold.
 *
 * @throws {ServiceError} InvalidFilterKey for a key that is not known, ValidationException for both forms at once
 */
export function documentTest({ DocumentFilterList = [], Filters = [] }: ListDocumentsRequest): DocumentTest {
  if (DocumentFilterList.length > 0 && Filters.length > 0) {
    throw new ServiceError('ValidationException', 'DocumentFilterList and Filters cannot be used together.')
  }
  const tests = [
    ...DocumentFilterList.map(({ key, value }) => testOf(key, [value], false)),
    ...Filters.map(({ Key = '', Values = [] }) => testOf(Key, Values, true)),
  ]
  return {
    holds: (document, tags) => tests.every((test) => test(document, tags)),
  }
}

type Test = (document: ShownDocument, tags: Tags) => boolean

/**
 * Either form finds names by their beginnings (ListDocuments reference, "Key=Name,Values=Te"; of the older one, the listing
 * that amimoto-ami/ssm_inventry_resources shows).
 */
function testOf(key: string, values: readonly string[], isNewer: boolean): Test {
  const isOne = (value: string | undefined) => value !== undefined && values.includes(value)
  switch (key) {
    case 'Name':
      return ({ name }) => values.some((value) => name.startsWith(value))
    case 'Owner':
      return ownerTest(values)
    case 'PlatformTypes':
      return ({ platformTypes }) => platformTypes.some(isOne)
    case 'DocumentType':
      return ({ type }) => isOne(type)
    case 'TargetType':
      return ({ targetType }) => isOne(targetType)
    case 'SearchKeyword':
      return ({ name, content }) => values.some((value) => includes(name, value) || includes(content, value))
    case 'tag-key':
      return (_document, tags) => Object.keys(tags).some(isOne)
    default:
      if (!isNewer || !/^tag:./.test(key)) {
        throw new ServiceError(
          'InvalidFilterKey',
          `${key} is not a filter: use Name, Owner, PlatformTypes, DocumentType, TargetType, SearchKeyword, tag-key or tag:KEY.`,
        )
      }
      return (_document, tags) => {
        const name = key.slice('tag:'.length)
        return Object.hasOwn(tags, name) && isOne(tags[name])
      }
  }
}

/** Nothing is shared between accounts here, so that what is public is Amazon's. */
function ownerTest(values: readonly string[]): Test {
  const wrong = values.find((value) => !owners.includes(value))
  if (wrong !== undefined) {
    throw new ServiceError('ValidationException', `${wrong} is not an owner to filter by: use ${owners.join(', ')}.`)
  }
  const takesOwned = values.some((value) => ['Amazon', 'All', 'Public'].includes(value))
  const takesOthers = values.some((value) => ['Self', 'Private', 'All'].includes(value))
  return ({ owner }) => (owner === 'Amazon' ? takesOwned : takesOthers)
}

function includes(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase())
}
