import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account, allow, type Given, given } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { NodeMachine } from '@fairlead/testkit/node-machine'
import type { NodeFilter } from '@fairlead/wire/model/generated/ssm'

/** Three nodes: a Linux one that is up, a Windows one with a newer agent, and one that was never heard. */
async function fleet(world: Given) {
  const [linux, windows, silent] = [
    await NodeMachine.register(world),
    await NodeMachine.register(world),
    await NodeMachine.register(world),
  ]
  await linux.report()
  await windows.report({ AgentVersion: '3.3.1.0', PlatformType: 'Windows', ComputerName: 'win-1' })
  return { linux: linux.nodeId, windows: windows.nodeId, silent: silent.nodeId }
}

test('a node is listed as the overview of the fleet shows it', async (t) => {
  const clock = new ManualClock()
  const world = await given(t, { clock })
  const node = await NodeMachine.register(world, { now: () => clock.now() })
  clock.advance(60_000)
  await node.report()

  assert.deepEqual(await world.root.call('ssm', 'ListNodes', {}), {
    Nodes: [
      {
        Id: node.nodeId,
        CaptureTime: clock.now(),
        Owner: { AccountId: account },
        Region: 'us-east-1',
        NodeType: {
          Instance: {
            AgentType: 'amazon-ssm-agent',
            AgentVersion: '3.2.2303.0',
            ComputerName: 'vm',
            InstanceStatus: 'Active',
            IpAddress: '192.0.2.2',
            ManagedStatus: 'Managed',
            PlatformType: 'Linux',
            PlatformName: 'Debian GNU/Linux',
            PlatformVersion: '12',
            ResourceType: 'ManagedInstance',
          },
        },
      },
    ],
  })
})

test('every filter finds what it says by each of its operators', async (t) => {
  const world = await given(t)
  const { linux, windows, silent } = await fleet(world)
  const all = [linux, windows, silent]
  const found = async (...Filters: NodeFilter[]) => {
    const { Nodes = [] } = await world.root.call('ssm', 'ListNodes', { Filters })
    return Nodes.map(({ Id }) => Id).sort()
  }
  const expected: readonly [NodeFilter['Key'], NodeFilter['Type'], readonly string[], readonly string[]][] = [
    ['AgentType', 'Equal', ['amazon-ssm-agent'], [linux, windows]],
    ['AgentVersion', 'BeginWith', ['3.3', '4'], [windows]],
    ['AgentVersion', 'NotEqual', ['3.3.1.0'], [linux, silent]],
    ['ComputerName', 'BeginWith', ['win-'], [windows]],
    ['ComputerName', 'BeginWith', ['w_n', '_'], []],
    ['InstanceId', 'Equal', [linux, 'mi-00000000000000000'], [linux]],
    ['InstanceId', 'NotEqual', [linux, windows], [silent]],
    ['InstanceStatus', 'Equal', ['Active'], [linux, windows]],
    ['InstanceStatus', 'BeginWith', ['In'], [silent]],
    ['InstanceStatus', 'NotEqual', ['Active'], [silent]],
    ['IpAddress', 'Equal', ['192.0.2.2'], [linux, windows]],
    ['ManagedStatus', 'Equal', ['All'], all],
    ['ManagedStatus', 'Equal', ['Unmanaged'], []],
    ['PlatformName', 'BeginWith', ['Debian'], [linux, windows]],
    ['PlatformType', 'Equal', ['Windows', 'MacOS'], [windows]],
    ['PlatformVersion', 'Equal', ['12'], [linux, windows]],
    ['ResourceType', 'NotEqual', ['EC2Instance'], all],
    ['Region', 'Equal', ['us-east-1'], all],
    ['Region', 'BeginWith', ['eu-'], []],
    ['AccountId', 'NotEqual', [account], []],
  ]
  for (const [Key, Type, Values, nodes] of expected) {
    assert.deepEqual(await found({ Key, Type, Values }), [...nodes].sort(), `${Key} ${Type} ${Values}`)
  }
  assert.deepEqual(await found({ Key: 'PlatformType', Values: ['Windows'] }), [windows], 'equal when nothing is said')
  assert.deepEqual(
    await found({ Key: 'AgentVersion', Values: ['3.3.1.0'] }, { Key: 'PlatformType', Values: ['Linux'] }),
    [],
    'all filters must hold',
  )
})

test('nodes are counted by what they are, also by two things at once and page by page', async (t) => {
  const world = await given(t)
  await fleet(world)
  const count = { AggregatorType: 'Count', TypeName: 'Instance' } as const
  const summary = async (input: object) => {
    const { Summary = [], NextToken } = await world.root.call('ssm', 'ListNodesSummary', input as never)
    return { Summary: Summary.map((counted) => ({ ...counted })), ...(NextToken && { NextToken }) }
  }

  const byPlatform = { Aggregators: [{ ...count, AttributeName: 'PlatformType' }] }
  assert.deepEqual(await summary(byPlatform), {
    Summary: [
      { PlatformType: '', Count: '1' },
      { PlatformType: 'Linux', Count: '1' },
      { PlatformType: 'Windows', Count: '1' },
    ],
  })
  const nested = { ...count, AttributeName: 'ResourceType', Aggregators: [{ ...count, AttributeName: 'Region' }] }
  assert.deepEqual((await summary({ Aggregators: [nested] })).Summary, [
    { ResourceType: 'ManagedInstance', Region: 'us-east-1', Count: '3' },
  ])
  const filtered = { ...byPlatform, Filters: [{ Key: 'InstanceStatus', Values: ['Active'] }] }
  const first = await summary({ ...filtered, MaxResults: 1 })
  assert.deepEqual(first.Summary, [{ PlatformType: 'Linux', Count: '1' }])
  assert.deepEqual(await summary({ ...filtered, MaxResults: 1, NextToken: first.NextToken }), {
    Summary: [{ PlatformType: 'Windows', Count: '1' }],
  })
  assert.deepEqual(
    await summary({
      Aggregators: [{ ...count, AttributeName: 'Region' }],
      Filters: [{ Key: 'AgentType', Values: ['x'] }],
    }),
    {
      Summary: [],
    },
  )
})

test('syncs, organizational units, three attributes at once and tokens of others are refused', async (t) => {
  const { root } = await given(t)
  const by = (AttributeName: 'Region' | 'PlatformType' | 'AgentVersion') =>
    ({ AggregatorType: 'Count', TypeName: 'Instance', AttributeName }) as const

  await assert.rejects(root.call('ssm', 'ListNodes', { SyncName: 'AWS-QuickSetup-ManagedNode' }), {
    code: 'ResourceDataSyncNotFoundException',
  })
  await assert.rejects(
    root.call('ssm', 'ListNodes', { Filters: [{ Key: 'OrganizationalUnitId', Values: ['ou-b8dn-sasv9tfp'] }] }),
    { code: 'InvalidFilter' },
  )
  await assert.rejects(
    root.call('ssm', 'ListNodesSummary', {
      Aggregators: [by('Region'), { ...by('PlatformType'), Aggregators: [by('AgentVersion')] }],
    }),
    { code: 'InvalidAggregatorException' },
  )
  await assert.rejects(root.call('ssm', 'ListNodes', { NextToken: 'x' }), { code: 'InvalidNextToken' })
  await assert.rejects(root.call('ssm', 'ListNodesSummary', { Aggregators: [by('Region')], NextToken: 'x' }), {
    code: 'InvalidNextToken',
  })
})

test('who may list nodes of a sync only may not list those of the account', async (t) => {
  const sync = `arn:aws:ssm:us-east-1:${account}:resource-data-sync/mine`
  const { caller } = await given(t, { policies: [allow('ssm:ListNodes', sync)] })

  await assert.rejects(caller.call('ssm', 'ListNodes', {}), {
    code: 'AccessDeniedException',
    message: /ssm:ListNodes on resource: arn:aws:ssm:us-east-1:\d+:resource-data-sync\/\*/,
  })
  await assert.rejects(caller.call('ssm', 'ListNodes', { SyncName: 'mine' }), {
    code: 'ResourceDataSyncNotFoundException',
  })
})
