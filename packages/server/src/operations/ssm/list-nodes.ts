import type { ListNodesRequest, ListNodesResult, Node } from '@fairlead/wire/model/generated/ssm'
import { resourceDataSyncArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import type { NodeListing } from '../../domain/managed-node.ts'
import type { Scope } from '../../domain/scope.ts'
import type { AccessCheck, Operation } from '../operation.ts'
import { instanceStatus, listNodesConditions } from './list-nodes-filter.ts'
import { pageToken, placeOf } from './page-token.ts'

/** The most that a page can hold. */
const defaultMaxResults = 50

/** ListNodes: the managed nodes as the fleet's overview shows them. */
export const listNodes: Operation<ListNodesRequest, ListNodesResult> = {
  service: 'ssm',
  name: 'ListNodes',
  action: 'ssm:ListNodes',

  resources: ({ SyncName }, scope) => [syncCheck(SyncName, scope)],

  async handle({ SyncName, Filters, MaxResults, NextToken }, { store, scope }) {
    refuseSync(SyncName)
    const page = await store.nodes.listNodes(listNodesConditions(Filters, scope), {
      limit: MaxResults ?? defaultMaxResults,
      after: placeOf(this.name, NextToken),
    })
    return { Nodes: page.items.map((node) => describe(node, scope)), NextToken: pageToken(this.name, page.next) }
  },
}

/** Without a sync the listing is about this account and region alone; policies speak of any then. */
export function syncCheck(syncName: string | undefined, scope: Scope): AccessCheck {
  return { resource: resourceDataSyncArn(scope, syncName ?? '*') }
}

/** @throws {ServiceError} ResourceDataSyncNotFoundException: a sync gathers accounts and regions, and there is one here */
export function refuseSync(syncName: string | undefined): void {
  if (syncName === undefined) return
  throw new ServiceError('ResourceDataSyncNotFoundException', `There is no resource data sync ${syncName}.`)
}

function describe({ nodeId, lastPingAt, registeredAt, pingStatus, report }: NodeListing, scope: Scope): Node {
  return {
    Id: nodeId,
    CaptureTime: lastPingAt ?? registeredAt,
    Owner: { AccountId: scope.account },
    Region: scope.region,
    NodeType: {
      Instance: {
        AgentType: report?.agentName,
        AgentVersion: report?.agentVersion,
        // The model knows no empty ones.
        ComputerName: report?.computerName || undefined,
        InstanceStatus: instanceStatus[pingStatus],
        IpAddress: report?.ipAddress || undefined,
        ManagedStatus: 'Managed',
        PlatformType: report?.platformType,
        PlatformName: report?.platformName,
        PlatformVersion: report?.platformVersion,
        ResourceType: nodeId.startsWith('mi-') ? 'ManagedInstance' : 'EC2Instance',
      },
    },
  }
}
