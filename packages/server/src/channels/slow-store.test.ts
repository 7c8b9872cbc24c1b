import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { channelWorld } from '@fairlead/testkit/channel-world'
import { eventually } from '@fairlead/testkit/eventually'

/** Nobody can write to the store until the answered function is called. */
function holdStore(dataDir: string): () => void {
  const db = new DatabaseSync(join(dataDir, 'fairlead.db'), { timeout: 5_000 })
  db.exec('BEGIN IMMEDIATE')
  return () => {
    db.exec('ROLLBACK')
    db.close()
  }
}

test('while the store takes nothing commands are neither answered nor run, and others are read to; then each is once', async (t) => {
  const world = await channelWorld(t)
  const { root, nodeId, dataDir } = world
  const peer = await world.open()
  let answered = 0
  const release = holdStore(dataDir)
  const sent = Array.from({ length: 5 }, async () => {
    const commandId = await world.send()
    answered += 1
    return commandId
  })
  for (let times = 0; times < 10; times++) {
    await root.call('ssm', 'DescribeInstanceInformation', {})
    await peer.settle()
  }
  assert.deepEqual([answered, peer.inbox.length], [0, 0])
  release()
  const commandIds = await Promise.all(sent)
  const jobs = [
    await peer.takeJob(),
    await peer.takeJob(),
    await peer.takeJob(),
    await peer.takeJob(),
    await peer.takeJob(),
  ]
  assert.deepEqual(jobs.map(({ commandId }) => commandId).sort(), commandIds.toSorted())

  // One ends and one is cancelled meanwhile; what was not kept is not acknowledged.
  const [ending, cancelling] = jobs
  assert.ok(ending && cancelling)
  for (const job of jobs) peer.acknowledge(job)
  await peer.settle()
  const releaseAgain = holdStore(dataDir)
  const reply = peer.reply(ending)
  const cancelled = root.call('ssm', 'CancelCommand', { CommandId: cancelling.commandId })
  for (let times = 0; times < 10; times++) await peer.settle()
  assert.deepEqual(peer.inbox, [])
  releaseAgain()
  await cancelled
  assert.equal(await peer.takeReplyAck(), reply)
  assert.equal((await peer.takeJob()).kind, 'cancelCommand')
  peer.reply(cancelling, { status: 'Cancelled', code: 137, standardOutput: '', standardError: '' })
  await peer.takeReplyAck()

  for (const job of jobs.slice(2)) peer.reply(job)
  const { Commands = [] } = await eventually(async () => {
    const listed = await root.call('ssm', 'ListCommands', {})
    return listed.Commands?.every(({ CompletedCount }) => CompletedCount === 1) ? listed : undefined
  }, 'all have ended')
  const { CommandInvocations = [] } = await root.call('ssm', 'ListCommandInvocations', { InstanceId: nodeId })
  assert.equal(Commands.length, 5)
  assert.deepEqual(
    CommandInvocations.map(({ CommandId, Status }) => `${CommandId} ${Status}`).sort(),
    jobs.map((job) => `${job.commandId} ${job === cancelling ? 'Cancelled' : 'Success'}`).sort(),
  )
})
