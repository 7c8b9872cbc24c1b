import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { type ChannelPeer, frameOf } from '@fairlead/testkit/channel-peer'
import { channelWorld } from '@fairlead/testkit/channel-world'
import { eventually } from '@fairlead/testkit/eventually'
import { decodeAgentJob } from '@fairlead/wire/control-message'
import type { Frame } from '@fairlead/wire/frame'
import fc from 'fast-check'

const topic = 'aws.ssm.sendCommand'
const text = fc.oneof(
  fc.constantFrom(
    '',
    '\0',
    '\ud800',
    '\udfff x',
    '<&">\r\n',
    '{{ssm:a}}',
    '\u001b[2J',
    'é'.repeat(3_000),
    'x'.repeat(40_000),
  ),
  fc.string({ unit: 'binary', maxLength: 50 }),
)
const instant = fc.constantFrom(
  '',
  '0001-01-01T00:00:00Z',
  '1969-12-31T23:59:59Z',
  '2026-11-22T12:00:00.123456789Z',
  '9999-12-31T23:59:59Z',
  '9999-12-31T23:59:59-12:00',
  '0000-01-01T00:00:00Z',
)
const step = fc.record(
  {
    status: fc.constantFrom('Success', 'Failed', 'InProgress', 'Skipped', 'TimedOut', 'Cancelled', 'SuccessAndReboot'),
    code: fc.constantFrom(0, -1, 137, 2 ** 32 - 1, -(2 ** 31), 2 ** 53, 1e300, -0),
    name: text,
    output: text,
    standardOutput: text,
    standardError: text,
    startDateTime: instant,
    endDateTime: instant,
  },
  { requiredKeys: ['status'] },
)
const stepName = fc.oneof(
  fc.constantFrom(
    'runShellScript',
    'aws:runShellScript',
    '__proto__',
    'constructor',
    ' ',
    '\0',
    '../../x',
    'x'.repeat(256),
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
)
const report = fc.record({
  documentStatus: fc.constantFrom('InProgress', 'Success', 'Failed', 'TimedOut', 'Cancelled', 'SuccessAndReboot'),
  documentTraceOutput: text,
  runtimeStatus: fc.dictionary(stepName, step, { maxKeys: 4, noNullPrototype: false }),
})
const ack = fc.constantFrom('200', '51401', '51402', '51405', '51406')
const nothingNew = { documentStatus: 'InProgress', documentTraceOutput: '', runtimeStatus: {} }

test('whatever an agent says of its own commands, everybody can read what is kept, and the numbers add up', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  const { nodeId, root } = world
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(report, ack), { minLength: 1, maxLength: 6 }), async (lies) => {
      const CommandId = await world.send()
      const { messageId: acknowledgedMessageId } = await eventually(() => jobOf(CommandId, peer), 'its job')
      const jobId = `aws.ssm.${CommandId}.${nodeId}`
      const last = randomUUID()
      for (const lie of [...lies, nothingNew]) {
        const payload =
          typeof lie === 'string'
            ? { jobId, acknowledgedMessageId, statusCode: lie }
            : { jobId, topic, content: JSON.stringify(lie) }
        const messageId = lie === nothingNew ? last : randomUUID()
        peer.socket.send(frameOf(typeof lie === 'string' ? 'agent_job_ack' : 'agent_job_reply', payload, messageId))
      }
      await eventually(async () => ((await peer.takeReplyAck()) === last ? true : undefined), 'it was heard')
      const { ResponseCode } = await world.invocation(CommandId)
      assert.equal(ResponseCode, Number(ResponseCode) | 0)
      const { CommandInvocations: [listed] = [] } = await root.call('ssm', 'ListCommandInvocations', {
        CommandId,
        Details: true,
      })
      for (const { Name = '' } of listed?.CommandPlugins ?? []) {
        // Others are not those of the document, and cannot be asked for.
        if (!['aws:runShellScript', 'runShellScript'].includes(Name)) continue
        await root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId: nodeId, PluginName: Name })
      }
      const { Commands: [command] = [] } = await root.call('ssm', 'ListCommands', { CommandId })
      const isOver = ['Success', 'Failed', 'TimedOut', 'Cancelled'].includes(listed?.Status ?? '')
      assert.deepEqual([command?.TargetCount, command?.CompletedCount], [1, isOver ? 1 : 0])
      await root.call('ssm', 'CancelCommand', { CommandId }).catch(() => undefined)
      // Who said that it has no room is asked again later.
      world.clock.advance(31_000)
      await peer.settle()
      peer.inbox.length = 0
    }),
    { numRuns: 40, includeErrorInReport: true },
  )
})

function jobOf(commandId: string, { inbox }: ChannelPeer): Frame | undefined {
  return inbox.find(({ messageType, payload }) => {
    if (messageType !== 'agent_job') return false
    const job = decodeAgentJob(payload)
    return job.kind === 'sendCommand' && job.commandId === commandId
  })
}
