import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientCall, decodeResponse } from './client.ts'
import { serviceClient } from './service-client.ts'

test('a client of one service writes and reads as one of them all', async () => {
  const input = { DocumentName: 'AWS-RunShellScript', InstanceIds: ['mi-0'], Parameters: { commands: ['id'] } }
  const answer = new TextEncoder().encode('{"Command":{"CommandId":"a","RequestedDateTime":1}}')
  const [ssm, iam, sts, kms, fairlead] = await Promise.all([
    serviceClient('ssm'),
    serviceClient('iam'),
    serviceClient('sts'),
    serviceClient('kms'),
    serviceClient('fairlead'),
  ])

  assert.deepEqual(ssm.request('SendCommand', input), clientCall('ssm', 'SendCommand', input))
  assert.deepEqual(ssm.output('SendCommand', answer), decodeResponse('ssm', 'SendCommand', answer))
  assert.deepEqual(iam.request('GetUser', { UserName: 'a' }), clientCall('iam', 'GetUser', { UserName: 'a' }))
  assert.deepEqual(sts.request('GetCallerIdentity', {}), clientCall('sts', 'GetCallerIdentity', {}))
  assert.deepEqual(kms.request('ListKeys', {}), clientCall('kms', 'ListKeys', {}))
  const watch = { CommandId: 'a', WithOutput: false, WaitSeconds: 1 }
  assert.deepEqual(fairlead.request('WatchCommand', watch), clientCall('fairlead', 'WatchCommand', watch))
  assert.deepEqual(
    ssm.request('UpdateInstanceInformation', { InstanceId: 'mi-0', AgentVersion: '1' }),
    clientCall('ssm', 'UpdateInstanceInformation', { InstanceId: 'mi-0', AgentVersion: '1' }),
  )
})

test('an operation that the service does not have is a mistake of the program', async () => {
  const sts = await serviceClient('sts')
  assert.throws(() => sts.request('toString' as 'GetCallerIdentity', {}), /sts has no operation toString/)
})
