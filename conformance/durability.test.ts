import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { eventually } from '@fairlead/testkit/eventually'
import { runAgent } from '@fairlead/testkit/running-agent'
import { runNode } from '@fairlead/testkit/running-node'
import { runServer } from '@fairlead/testkit/running-server'
import { untilThere } from '@fairlead/testkit/until-there'
import { mountSmallDisk, reasonToSkipSmallDisk } from './durability/small-disk.ts'

test('a command that was answered is there after a kill -9, and its node still gets it', async (t) => {
  const server = await runServer(t)
  const agent = await runNode(t, server)
  const client = server.client()
  await agent.stop()

  const sent: string[] = []
  for (let round = 0; round < 5; round++) {
    sent.push(await send(client, agent.nodeId, `echo round ${round}`))
    await server.kill()
    await server.start()
    const answer = await invocation(client, sent.at(-1) ?? '', agent.nodeId)
    assert.equal(answer.Status, 'Pending')
  }
  await agent.start()

  for (const [round, commandId] of sent.entries()) {
    const answer = await ended(client, commandId, agent.nodeId)
    assert.equal(answer.Status, 'Success')
    assert.equal(answer.StandardOutputContent, `round ${round}\n`)
  }
})

test('a result that came while the server was dead is delivered, whole, when it is back', async (t) => {
  const server = await runServer(t)
  const agent = await runNode(t, server)
  const client = server.client()
  const folder = temporaryFolder(t)
  const go = join(folder, 'go')

  const commandId = await send(client, agent.nodeId, `${untilThere(go)}; seq 1 1000`)
  await eventually(async () => {
    const { Status } = await invocation(client, commandId, agent.nodeId)
    return Status === 'InProgress' ? true : undefined
  }, 'the script runs')
  await server.kill()
  writeFileSync(go, '')
  await server.start()

  const answer = await ended(client, commandId, agent.nodeId)
  assert.equal(answer.Status, 'Success')
  assert.match(answer.StandardOutputContent ?? '', /^1\n2\n[\d\n]*\n1000\n$/)
})

test('a full disk refuses what it cannot keep, loses no result, and is well again with room', {
  skip: await reasonToSkipSmallDisk(),
}, async (t) => {
  const disk = await mountSmallDisk(t, 24)
  const server = await runServer(t, { dataDir: disk.folder })
  const agent = await runNode(t, server)
  const client = server.client()
  const go = join(temporaryFolder(t), 'go')
  const running = await send(client, agent.nodeId, `${untilThere(go)}; seq 1 1000; touch ${go}.done`)
  await eventually(async () => {
    const { Status } = await invocation(client, running, agent.nodeId)
    return Status === 'InProgress' ? true : undefined
  }, 'the script runs')

  disk.fill()
  await assert.rejects(
    async () => {
      // What the database has room for inside its files may still succeed; soon there is none.
      for (let sent = 0; sent < 2_000; sent++) await send(client, agent.nodeId, ': '.padEnd(30_000, 'x'))
    },
    (error: unknown) => {
      assert.ok(error instanceof Error && 'status' in error && 'code' in error, String(error))
      assert.deepEqual([error.status, error.code], [503, 'ServiceUnavailableException'])
      return true
    },
  )
  const { InstanceInformationList: nodes } = await client.call('ssm', 'DescribeInstanceInformation', {})
  assert.equal(nodes?.length, 1, 'what is stored can be read')
  writeFileSync(go, '') // the result comes in while there is no room for it
  await eventually(() => existsSync(`${go}.done`) || undefined, 'the script has ended')
  await eventually(() => /BlobsUnavailable|StoreUnavailable/.test(server.output) || undefined, 'it could not be kept')
  assert.equal((await invocation(client, running, agent.nodeId)).Status, 'InProgress')
  disk.free()

  const late = await ended(client, running, agent.nodeId, 60_000)
  assert.equal(late.Status, 'Success')
  assert.match(late.StandardOutputContent ?? '', /^1\n2\n[\d\n]*\n1000\n$/)
  const next = await ended(client, await send(client, agent.nodeId, 'echo room again'), agent.nodeId)
  assert.equal(next.StandardOutputContent, 'room again\n')
  for (const { InstanceIds, TargetCount } of (await client.call('ssm', 'ListCommands', { MaxResults: 50 })).Commands ??
    []) {
    assert.deepEqual([InstanceIds?.length, TargetCount], [1, 1], 'no command is half there')
  }
})

test('of two agents with one identity the newest is spoken with, and no script runs twice', async (t) => {
  const server = await runServer(t)
  const first = await runNode(t, server)
  const client = server.client()
  const file = join(temporaryFolder(t), 'marks')
  const mark = (name: string) => send(client, first.nodeId, `echo ${name} >> ${file}`)
  await ended(client, await mark('alone'), first.nodeId)

  await first.stop()
  const second = await runAgent(t, { url: server.url }, first)
  await first.start()
  assert.equal(second.nodeId, first.nodeId)
  const sent: string[] = []
  for (let index = 0; index < 40; index++) sent.push(await mark(`shared-${index}`))
  for (const commandId of sent) await ended(client, commandId, first.nodeId)

  const lines = readFileSync(file, 'utf8').trim().split('\n')
  assert.equal(new Set(lines).size, lines.length, 'no script ran twice')
  const { InstanceInformationList: nodes } = await client.call('ssm', 'DescribeInstanceInformation', {})
  assert.equal(nodes?.length, 1, 'it is one node still')
})

async function send(client: ApiClient, nodeId: string, script: string): Promise<string> {
  const { Command } = await client.call('ssm', 'SendCommand', {
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: [nodeId],
    Parameters: { commands: [script] },
  })
  return Command?.CommandId ?? ''
}

function invocation(client: ApiClient, CommandId: string, InstanceId: string) {
  return client.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId })
}

function ended(client: ApiClient, commandId: string, nodeId: string, limitMs = 20_000) {
  return eventually(
    async () => {
      const answer = await invocation(client, commandId, nodeId)
      return ['Pending', 'InProgress', 'Delayed'].includes(answer.Status ?? '') ? undefined : answer
    },
    `${commandId} has ended`,
    limitMs,
  )
}

function temporaryFolder(t: { after(end: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-durability-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
