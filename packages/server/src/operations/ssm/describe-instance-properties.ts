import type {
  DescribeInstancePropertiesRequest,
  DescribeInstancePropertiesResult,
} from '@fairlead/wire/model/generated/ssm'
import { accountWideArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import type { NodeListing } from '../../domain/managed-node.ts'
import type { NodeCondition } from '../../store/node-store.ts'
import type { Context, Operation } from '../operation.ts'
import {
  isInRange,
  isVersionRange,
  type PropertyFilter,
  propertyCondition,
  propertyFilters,
} from './describe-instance-properties-filter.ts'
import { describeNode } from './described-node.ts'
import { filteredPage } from './filtered-page.ts'
import { findShownDocument } from './find-document.ts'
import { pageToken, placeOf } from './page-token.ts'

const defaultMaxResults = 50

/** DescribeInstanceProperties: the managed nodes as AWS's console lists them. */
export const describeInstanceProperties: Operation<
  DescribeInstancePropertiesRequest,
  DescribeInstancePropertiesResult
> = {
  service: 'ssm',
  name: 'DescribeInstanceProperties',
  action: 'ssm:DescribeInstanceProperties',

  resources: (_input, scope) => [{ resource: accountWideArn(scope) }],

  async handle(input, context) {
    const filters = propertyFilters(input)
    const conditions = await conditionsOf(filters, context)
    const ranges = filters.filter(isVersionRange)
    const isWanted = (node: NodeListing) => ranges.every((range) => isInRange(node, range))
    const page = await filteredPage(
      { limit: input.MaxResults ?? defaultMaxResults, after: placeOf(this.name, input.NextToken) },
      (request) => context.store.nodes.listNodes(conditions, request),
      ranges.length > 0 ? isWanted : undefined,
    )
    return { InstanceProperties: page.items.map(describeNode), NextToken: pageToken(this.name, page.next) }
  },
}

async function conditionsOf(filters: readonly PropertyFilter[], context: Context): Promise<readonly NodeCondition[]> {
  const others = filters.filter((filter) => !isVersionRange(filter))
  return await Promise.all(
    others.map((filter) => (filter.key === 'DocumentName' ? platformsOf(filter, context) : propertyCondition(filter))),
  )
}

/** Nodes on whose platform the document runs: the console picks them for a command. */
async function platformsOf({ values, operator }: PropertyFilter, context: Context): Promise<NodeCondition> {
  const [name, ...more] = values
  if (name === undefined || more.length > 0 || operator !== 'Equal') {
    throw new ServiceError('InvalidInstancePropertyFilterValue', 'DocumentName takes the name of one document.')
  }
  const { platformTypes } = await findShownDocument(name, {}, context)
  return { key: 'platformType', values: platformTypes }
}
