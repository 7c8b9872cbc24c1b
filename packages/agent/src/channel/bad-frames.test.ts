import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { givenAgent } from '@fairlead/testkit/given-agent'
import { encodeAgentJob, encodeCommandContent } from '@fairlead/wire/control-message'
import { encodeFrame } from '@fairlead/wire/frame'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

async function agentWithJob(t: TestContext) {
  const { server } = await givenAgent(t)
  const { nodeId } = server
  const commandId = randomUUID()
  const content = encodeCommandContent({
    commandId,
    documentName: 'Test',
    documentContent: {
      schemaVersion: '2.2',
      mainSteps: [{ action: 'aws:runShellScript', name: 'step0', inputs: { runCommand: ['true'] } }],
    },
    parameters: {},
    outputS3BucketName: '',
    outputS3KeyPrefix: '',
    cloudWatchLogGroupName: '',
    cloudWatchOutputEnabled: false,
  })
  const payload = encodeAgentJob({ commandId, nodeId, kind: 'sendCommand', region: 'us-east-1', content })
  const rest = { schemaVersion: 1, createdDate: Date.now(), sequenceNumber: 0, flags: 0, payloadType: 0 }
  const whole = Buffer.from(
    encodeFrame({ messageType: 'agent_job', messageId: randomUUID(), payload, ...rest }, sha256),
  )
  /** The job comes whole after all, and is the first that the agent knows of it. */
  const isTakenOnceWhole = async () => {
    server.sendBytes(whole)
    assert.equal((await server.endOf(commandId)).content.documentStatus, 'Success')
    assert.deepEqual(
      server.acks.map((ack) => [ack.commandId, ack.statusCode]),
      [[commandId, '200']],
    )
    assert.deepEqual([server.channelsOpened, server.faults], [1, []])
  }
  return { server, whole, isTakenOnceWhole }
}

test('an agent takes no part of a job for the job, wherever the frame is cut', async (t) => {
  const { server, whole, isTakenOnceWhole } = await agentWithJob(t)
  for (let length = 0; length < whole.length; length++) server.sendBytes(whole.subarray(0, length))
  await isTakenOnceWhole()
})

test('an agent takes no frame with a false length, digest, header or time, and none of a type that it does not know', async (t) => {
  const { server, whole, isTakenOnceWhole } = await agentWithJob(t)
  const changed = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(whole)
    change(bytes)
    server.sendBytes(bytes)
  }
  for (const length of [0, 1, whole.length, 0xffff_ffff]) changed((bytes) => bytes.writeUInt32BE(length, 116))
  for (const length of [0, 115, 117, 0xffff_ffff]) changed((bytes) => bytes.writeUInt32BE(length, 0))
  for (let at = 80; at < 112; at++) changed((bytes) => bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at))
  for (let at = 120; at < whole.length; at += 17) changed((bytes) => bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at))
  changed((bytes) => bytes.fill(0, 40, 48))
  changed((bytes) => bytes.write('agent_job_of_tomorrow', 4, 'latin1'))
  server.sendBytes(Buffer.concat([whole, Buffer.from('x')]))
  await isTakenOnceWhole()
})
