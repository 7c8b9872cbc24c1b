import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import type { InstanceInformation } from '@fairlead/wire/model/generated/ssm'
import { newestFor, type PublishedBundle } from '../../domain/agent-bundles.ts'
import { isLatestVersion } from '../../domain/agent-version.ts'
import { accountWideArn } from '../../domain/arn.ts'
import type { NodeListing } from '../../domain/managed-node.ts'
import type { Operation } from '../operation.ts'
import { describeNode } from './described-node.ts'
import { nodeConditions } from './node-filter.ts'
import { pageToken, placeOf } from './page-token.ts'

type Input = InputOf<'ssm', 'DescribeInstanceInformation'>
type Output = OutputOf<'ssm', 'DescribeInstanceInformation'>

/** As the reference says, unlike most listings of the service. */
const defaultMaxResults = 10

/** DescribeInstanceInformation: the managed nodes, with what their agents last said. */
export const describeInstanceInformation: Operation<Input, Output> = {
  service: 'ssm',
  name: 'DescribeInstanceInformation',
  action: 'ssm:DescribeInstanceInformation',

  resources: (_input, scope) => [{ resource: accountWideArn(scope) }],

  async handle(input, { store, agentBundles }) {
    const conditions = nodeConditions(input)
    const page = await store.nodes.listNodes(conditions, {
      limit: input.MaxResults ?? defaultMaxResults,
      after: placeOf(this.name, input.NextToken),
    })
    const published = agentBundles.list()
    return {
      InstanceInformationList: page.items.map((node) => describe(node, published)),
      NextToken: pageToken(this.name, page.next),
    }
  },
}

function describe(node: NodeListing, published: readonly PublishedBundle[]): InstanceInformation {
  const { report } = node
  const newest = report && newestFor(report.platformType, published)
  const IsLatestVersion = report && isLatestVersion(report.agentName, report.agentVersion, newest)
  return { ...describeNode(node), IsLatestVersion }
}
