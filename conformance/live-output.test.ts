import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { ApiError } from '@fairlead/testkit/api-client'
import { eventually } from '@fairlead/testkit/eventually'
import { runNode } from '@fairlead/testkit/running-node'
import { runServer } from '@fairlead/testkit/running-server'
import type { EndedNode, OutputPiece, WatchCommandResponse } from '@fairlead/wire/model/generated/fairlead'
import { lastFirst } from './clients/last-first.ts'
import { findOfficialAgent } from './clients/official-agent.ts'
import { runOfficialNode } from './clients/official-node.ts'

/** What somebody has heard of a command. */
interface Heard {
  readonly texts: Map<string, string>
  readonly ended: EndedNode[]
  missed: number
  pages: number
}

describe('output while a command runs', async () => {
  const { skip } = findOfficialAgent()
  const owner = lastFirst({ after })
  const server = await runServer(owner)
  const root = server.client()

  const send = async (nodeIds: readonly string[], ...commands: string[]) => {
    const order = { DocumentName: 'AWS-RunShellScript', InstanceIds: nodeIds, Parameters: { commands } }
    const { Command } = await root.call('ssm', 'SendCommand', order)
    return Command?.CommandId ?? ''
  }

  /** Watches to the end. `onNews` hears of each piece as it comes, and may do harm. */
  async function watch(CommandId: string, onNews: (heard: Heard) => Promise<void> | void = () => {}): Promise<Heard> {
    const heard: Heard = { texts: new Map(), ended: [], missed: 0, pages: 0 }
    let NextToken: string | undefined
    do {
      const page = await eventually(() => ask({ CommandId, NextToken }), 'an answer')
      heard.pages++
      for (const piece of page.Output ?? []) add(heard, piece)
      heard.ended.push(...(page.Ended ?? []))
      NextToken = page.NextToken
      await onNews(heard)
    } while (NextToken !== undefined)
    return heard
  }

  /** Undefined when there is no server just now. */
  async function ask(input: { CommandId: string; NextToken: string | undefined }) {
    try {
      return await root.call('fairlead', 'WatchCommand', { ...input, WaitSeconds: 5 })
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) throw error
      return undefined satisfies WatchCommandResponse | undefined
    }
  }

  function add(heard: Heard, { InstanceId, Stream, Offset = 0, Text = '', Missed = 0 }: OutputPiece): void {
    const key = `${InstanceId} ${Stream}`
    const known = heard.texts.get(key) ?? ''
    heard.missed += Missed
    assert.equal(Offset, Buffer.byteLength(known) + Missed, `${key} follows what came before`)
    heard.texts.set(key, known + Text)
  }

  test('comes line by line from our agent, through a server and an agent that are killed, and nothing twice', async (t) => {
    const agent = await runNode(t, server)
    const script = 'i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo "línea $i"; echo "error $i" >&2; sleep 0.1; done'
    const CommandId = await send([agent.nodeId], script)
    const harms = [
      async () => {
        await server.kill()
        await server.start()
      },
      async () => {
        await agent.kill()
        await agent.start()
      },
    ]
    const stdout = (heard: Heard) => heard.texts.get(`${agent.nodeId} stdout`) ?? ''
    const heard = await watch(CommandId, async (so) => {
      const at = harms.length === 2 ? 'línea 5\n' : 'línea 20\n'
      if (so.ended.length === 0 && stdout(so).includes(at)) await harms.shift()?.()
    })
    const lines = (word: string) => Array.from({ length: 60 }, (_, index) => `${word} ${index + 1}\n`).join('')
    assert.equal(harms.length, 0, 'output came while the command ran')
    assert.equal(stdout(heard), lines('línea'))
    assert.equal(heard.texts.get(`${agent.nodeId} stderr`), lines('error'))
    assert.deepEqual([heard.missed, heard.ended.length], [0, 1])
    assert.ok(heard.pages >= 4, `${heard.pages} pages`)
  })

  test('is far longer than what is stored, and whole', async (t) => {
    const { nodeId } = await runNode(t, server)
    const heard = await watch(await send([nodeId], 'seq 1 200000'))
    const all = Array.from({ length: 200_000 }, (_, index) => `${index + 1}\n`).join('')
    const text = heard.texts.get(`${nodeId} stdout`) ?? ''
    t.diagnostic(`${text.length} bytes in ${heard.pages} pages`)
    assert.ok(text === all)
    assert.equal(heard.missed, 0)
  })

  test("comes from Amazon's agent at the end, and it is told nothing that it does not know", { skip }, async () => {
    const theirs = await runOfficialNode(owner, server)
    assert.ok(theirs)
    const { agent, nodeId } = theirs
    const heard = await watch(await send([nodeId], 'echo one', 'sleep 2', 'echo two', 'echo three >&2'))
    assert.deepEqual(
      heard.texts,
      new Map([
        [`${nodeId} stdout`, 'one\ntwo\n'],
        [`${nodeId} stderr`, 'three\n'],
      ]),
    )
    assert.deepEqual(
      heard.ended.map(({ Status }) => Status),
      ['Success'],
    )
    assert.doesNotMatch(agent.output, /agent_job_(?:watch|output)/)
  })
})
