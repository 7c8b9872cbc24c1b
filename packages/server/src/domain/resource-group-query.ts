/** What a resource group's query asks for: resources of these types with all of these tags. */
export interface GroupQuery {
  readonly resourceTypes: readonly string[]
  /** Without values any will do. */
  readonly tagFilters: readonly { readonly key: string; readonly values: readonly string[] }[]
}

/** CloudFormation's names of what is in groups here. */
export const nodeResourceTypes = {
  ManagedInstance: 'AWS::SSM::ManagedInstance',
  EC2Instance: 'AWS::EC2::Instance',
} as const

const mostTypes = 20
/** As many as AWS takes (resource query reference). */
const mostFilters = 50
const mostValues = 20

/**
 * Reads a query of TAG_FILTERS_1_0: `{"ResourceTypeFilters": ["AWS::AllSupported"], "TagFilters": [{"Key": "Stage",
 * "Values": ["Test"]}]}`. Answers what is wrong with it as a text.
 */
export function readGroupQuery(text: string): GroupQuery | string {
  const query = parsed(text)
  if (query === undefined) return 'Query is not a JSON object.'
  const stranger = Object.keys(query).find((name) => name !== 'ResourceTypeFilters' && name !== 'TagFilters')
  if (stranger !== undefined) return `Query has an unknown member ${stranger.slice(0, 100)}.`
  const { ResourceTypeFilters: types = [], TagFilters: filters = [] } = query
  if (!isTexts(types, mostTypes) || types.length === 0) return 'Query must have ResourceTypeFilters: a list of types.'
  if (!Array.isArray(filters) || filters.length > mostFilters) return 'TagFilters must be a list.'
  const tagFilters: GroupQuery['tagFilters'][number][] = []
  for (const filter of filters) {
    const { Key: key, Values: values = [] } = isObject(filter) ? filter : {}
    if (typeof key !== 'string' || key === '' || key.length > 128) return 'Each of TagFilters must have a Key.'
    if (!isTexts(values, mostValues)) return `The Values of ${key} must be a list of ${mostValues} texts at most.`
    tagFilters.push({ key, values })
  }
  return { resourceTypes: types, tagFilters }
}

/** Whether a query asks for resources of one type; types are compared without regard to case, as in Targets. */
export function asksFor({ resourceTypes }: GroupQuery, type: string): boolean {
  return resourceTypes.some((asked) => asked === 'AWS::AllSupported' || asked.toLowerCase() === type.toLowerCase())
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTexts(value: unknown, most: number): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length <= most &&
    value.every((item) => typeof item === 'string' && item.length <= 256)
  )
}
