import type {
  ListNodesSummaryRequest,
  ListNodesSummaryResult,
  NodeAggregator,
} from '@fairlead/wire/model/generated/ssm'
import { ServiceError } from '../../domain/error.ts'
import type { NodeAttribute } from '../../store/node-store.ts'
import type { Operation } from '../operation.ts'
import { refuseSync, syncCheck } from './list-nodes.ts'
import { listNodesConditions } from './list-nodes-filter.ts'
import { pageToken, placeOf } from './page-token.ts'

/** The most that a page can hold. */
const defaultMaxResults = 50
/** Beside the count, as the model's map has three entries at most. */
const mostAttributes = 2

/** The region is the same of every node. */
type Attribute = NodeAttribute | 'region'

const attributes: Readonly<Record<NodeAggregator['AttributeName'], Attribute>> = {
  AgentVersion: 'agentVersion',
  PlatformName: 'platformName',
  PlatformType: 'platformType',
  PlatformVersion: 'platformVersion',
  Region: 'region',
  ResourceType: 'resourceType',
}

/** ListNodesSummary: how many nodes there are of each kind. */
export const listNodesSummary: Operation<ListNodesSummaryRequest, ListNodesSummaryResult> = {
  service: 'ssm',
  name: 'ListNodesSummary',
  action: 'ssm:ListNodesSummary',

  resources: ({ SyncName }, scope) => [syncCheck(SyncName, scope)],

  async handle({ SyncName, Filters, Aggregators, MaxResults: limit = defaultMaxResults, NextToken }, context) {
    refuseSync(SyncName)
    const { store, scope } = context
    const names = namesOf(Aggregators)
    const stored = names.map((name) => attributes[name]).filter((attribute) => attribute !== 'region')
    const offset = offsetOf(placeOf(this.name, NextToken))
    const conditions = listNodesConditions(Filters, scope)
    const counts = await store.nodes.countNodes(conditions, stored, { limit: limit + 1, offset })
    const Summary = counts.slice(0, limit).map(({ values, count }) => {
      const rest = [...values]
      const named = names.map((name) => [name, attributes[name] === 'region' ? scope.region : (rest.shift() ?? '')])
      return { ...Object.fromEntries(named), Count: String(count) }
    })
    const isMore = counts.length > limit
    return { Summary, NextToken: pageToken(this.name, isMore ? String(offset + limit) : undefined) }
  },
}

/** All that are asked for, side by side or one in another: each set of values is counted. */
function namesOf(aggregators: readonly NodeAggregator[]): readonly NodeAggregator['AttributeName'][] {
  const names = new Set<NodeAggregator['AttributeName']>()
  let rest: readonly NodeAggregator[] = aggregators
  while (rest.length > 0) {
    for (const { AttributeName } of rest) names.add(AttributeName)
    if (names.size > mostAttributes) {
      throw new ServiceError('InvalidAggregatorException', `At most ${mostAttributes} attributes can be combined.`)
    }
    rest = rest.flatMap(({ Aggregators = [] }) => Aggregators)
  }
  return [...names]
}

function offsetOf(place: string | undefined): number {
  if (place === undefined) return 0
  if (/^\d{1,9}$/.test(place)) return Number(place)
  throw new ServiceError('InvalidNextToken', 'The specified token is not valid.')
}
