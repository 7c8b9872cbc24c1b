import type { InputOf, Operations } from '@fairlead/wire/codec'
import { owner, rareDocument, rareOwner, type Specimen, type StoredHistory } from './stored-history.ts'

type Name = keyof Operations['ssm'] & string

export interface Question<O extends Name = Name> {
  readonly what: string
  readonly operation: O
  readonly input: InputOf<'ssm', O>
}

/** Every listing with every filter, those above all that nothing passes: they look the longest. */
export function storedQuestions(history: StoredHistory, { commandId, nodeId }: Specimen): readonly Question[] {
  const { wideCommand, busyNode, quietNode, longAgo } = history
  const at = longAgo.toISOString()
  const document = { key: 'DocumentName', value: rareDocument } as const
  const status = (value: string) => ({ key: 'Status', value }) as const
  return [
    ...asked('ListCommands', {
      '': {},
      'one command': { CommandId: wideCommand },
      'of a busy node': { InstanceId: busyNode },
      'of a quiet node': { InstanceId: quietNode },
      'rare document': { Filters: [document] },
      'rare document, busy node': { InstanceId: busyNode, Filters: [document] },
      'before long ago': { Filters: [{ key: 'InvokedBefore', value: at }] },
      'before long ago, busy node': { InstanceId: busyNode, Filters: [{ key: 'InvokedBefore', value: at }] },
      'after long ago': { Filters: [{ key: 'InvokedAfter', value: at }] },
      Success: { Filters: [status('Success')] },
      'Failed (none is)': { Filters: [status('Failed')] },
      'Failed, busy node': { InstanceId: busyNode, Filters: [status('Failed')] },
      'Executing (none is)': { Filters: [{ key: 'ExecutionStage', value: 'Executing' }] },
    }),
    ...asked('ListCommandInvocations', {
      '': {},
      'with outputs': { Details: true },
      'of a wide command': { CommandId: wideCommand },
      '  with outputs': { CommandId: wideCommand, Details: true },
      '  Failed (none is)': { CommandId: wideCommand, Filters: [status('Failed')] },
      '  rare document': { CommandId: wideCommand, Filters: [document] },
      '  one node': { CommandId: wideCommand, InstanceId: busyNode },
      'of a busy node': { InstanceId: busyNode },
      'of a quiet node': { InstanceId: quietNode },
      'rare document': { Filters: [document] },
      'rare document, busy node': { InstanceId: busyNode, Filters: [document] },
      'before long ago': { Filters: [{ key: 'InvokedBefore', value: at }] },
      'after long ago': { Filters: [{ key: 'InvokedAfter', value: at }] },
      'Failed (none is)': { Filters: [status('Failed')] },
      'Failed, busy node': { InstanceId: busyNode, Filters: [status('Failed')] },
    }),
    ...asked('GetCommandInvocation', {
      'of a wide command': { CommandId: wideCommand, InstanceId: busyNode },
      'of the one that ran': { CommandId: commandId, InstanceId: nodeId },
    }),
    ...asked('DescribeInstanceInformation', {
      'of 10': {},
      'of 50': { MaxResults: 50 },
      Online: { Filters: [{ Key: 'PingStatus', Values: ['Online'] }] },
      'Inactive (none is)': { Filters: [{ Key: 'PingStatus', Values: ['Inactive'] }] },
      'Windows (none is)': { Filters: [{ Key: 'PlatformTypes', Values: ['Windows'] }] },
      'EC2 (none is)': { Filters: [{ Key: 'ResourceType', Values: ['EC2Instance'] }] },
      'role (none has)': { Filters: [{ Key: 'IamRole', Values: ['Other'] }] },
      'tag of all': { Filters: [{ Key: 'tag:Finance', Values: ['WebServers'] }] },
      'tag of one': { Filters: [{ Key: 'tag:Rare', Values: ['yes'] }] },
      'one node': { Filters: [{ Key: 'InstanceIds', Values: [quietNode] }] },
    }),
    ...asked('DescribeInstanceProperties', {
      '': {},
      'version (none has)': {
        FiltersWithOperator: [{ Key: 'AgentVersion', Values: ['9.0.0.0'], Operator: 'GreaterThan' }],
      },
      'tag of all': { FiltersWithOperator: [{ Key: 'tag:Finance', Values: ['WebServers'], Operator: 'Equal' }] },
    }),
    ...asked('ListNodes', {
      '': {},
      'name (none has)': { Filters: [{ Key: 'ComputerName', Values: ['db-'], Type: 'BeginWith' }] },
    }),
    ...asked('ListNodesSummary', {
      'by agent': { Aggregators: [{ AggregatorType: 'Count', TypeName: 'Instance', AttributeName: 'AgentVersion' }] },
    }),
    ...asked('DescribeSessions', {
      'active (none is)': { State: 'Active' },
      history: { State: 'History' },
      'history of a node': { State: 'History', Filters: [{ key: 'Target', value: quietNode }] },
      'history of an owner': { State: 'History', Filters: [{ key: 'Owner', value: owner }] },
      'history of a rare owner': { State: 'History', Filters: [{ key: 'Owner', value: rareOwner }] },
      'history, Failed (none is)': { State: 'History', Filters: [{ key: 'Status', value: 'Failed' }] },
      'history before long ago': { State: 'History', Filters: [{ key: 'InvokedBefore', value: at }] },
    }),
    ...asked('DescribeActivations', { '': {} }),
    ...asked('ListDocuments', { '': {} }),
  ]
}

function asked<O extends Name>(operation: O, inputs: Readonly<Record<string, InputOf<'ssm', O>>>): readonly Question[] {
  return Object.entries(inputs).map(([what, input]) => ({ what, operation, input }) as unknown as Question)
}
