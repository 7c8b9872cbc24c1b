import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { eventually } from '@fairlead/testkit/eventually'
import { FrameGate } from '@fairlead/testkit/frame-gate'
import type { RunningAgent } from '@fairlead/testkit/running-agent'
import { runNode } from '@fairlead/testkit/running-node'
import { runServer } from '@fairlead/testkit/running-server'
import { untilThere } from '@fairlead/testkit/until-there'
import { decodeAgentJobReply, decodeAgentJobReplyAck } from '@fairlead/wire/control-message'
import type { Frame } from '@fairlead/wire/frame'

/** A command of one node that leaves a mark whenever its script runs, and goes on when it is told to. */
export interface MarkedCommand {
  readonly commandId: string
  /** Lets the script go on to its end. */
  release(): void
  /** Resolves when the script has begun. */
  begun(): Promise<void>
  /** How often the script began, and how often it came to its end. */
  runs(): { readonly begun: number; readonly ended: number }
}

/** A server, an agent, and a gate between them behind which either can be killed at any frame. */
export async function frozenWorld(
  t: { after(end: () => Promise<void> | void): void },
  options: readonly string[] = [],
) {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-frozen-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const server = await runServer(t)
  const gate = await FrameGate.open(t, server.url)
  const agent = await runNode(t, server, { url: gate.url, options })
  const client = server.client()
  const { nodeId } = agent
  let sent = 0
  // A node may be Online by its first report alone.
  await eventually(async () => {
    const { Status } = await client.call('ssm', 'GetConnectionStatus', { Target: nodeId })
    return Status === 'connected' ? true : undefined
  }, 'the control channel is open')

  const invocation = (CommandId: string) =>
    client.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId: nodeId })
  const status = async (commandId: string) => (await invocation(commandId)).Status ?? ''

  return {
    server,
    gate,
    agent,
    client,
    nodeId,

    /** Sends a command whose script waits for `release`. */
    async send(through: ApiClient = client, name = `command-${sent++}`): Promise<MarkedCommand> {
      const { script, ...marks } = marked(folder, name)
      const { Command } = await through.call('ssm', 'SendCommand', {
        DocumentName: 'AWS-RunShellScript',
        InstanceIds: [nodeId],
        Comment: name,
        Parameters: { commands: [script] },
      })
      return { commandId: Command?.CommandId ?? '', ...marks }
    },

    /** The marks of a command whose answer nobody heard. */
    marks: (name: string) => marked(folder, name),

    status,

    until: (commandId: string, ...wanted: readonly string[]) =>
      eventually(async () => (wanted.includes(await status(commandId)) ? true : undefined), `${commandId}: ${wanted}`),

    /**
     * Waits until nobody has anything more to say of a command: it has ended at the server, and the agent knows that the
     * server knows. Says how it ended, once and for all.
     */
    async settled(commandId: string): Promise<{ readonly status: string; readonly output: string }> {
      const end = await eventually(async () => {
        const found = await invocation(commandId)
        return ['Pending', 'InProgress', 'Delayed', 'Cancelling'].includes(found.Status ?? '') ? undefined : found
      }, `${commandId} has ended`)
      await eventually(() => (isClean(agent, commandId) ? true : undefined), `the agent has done with ${commandId}`)
      const { Status, StandardOutputContent, ResponseCode } = await invocation(commandId)
      assert.deepEqual([Status, ResponseCode], [end.Status, end.ResponseCode], 'it ended twice')
      const { Commands: [command] = [] } = await client.call('ssm', 'ListCommands', { CommandId: commandId })
      assert.deepEqual([command?.TargetCount, command?.CompletedCount], [1, 1], 'it was counted once')
      return { status: Status ?? '', output: StandardOutputContent ?? '' }
    },

    /** Replies of the agent that tell of the end of a command, as they came through the gate. */
    lastReplies(commandId: string) {
      return gate.seen.filter(({ from, frame }) => from === 'agent' && isLastReply(commandId)(frame))
    },

    /** Whether a frame of the server acknowledges a last reply on a command. */
    isAckOfLast(commandId: string): (frame: Frame) => boolean {
      return ({ payload }) => {
        const { acknowledgedMessageId } = decodeAgentJobReplyAck(payload)
        return this.lastReplies(commandId).some(({ frame }) => frame.messageId === acknowledgedMessageId)
      }
    },
  }
}

export function isLastReply(commandId: string): (frame: Frame) => boolean {
  return (frame) => {
    if (frame.messageType !== 'agent_job_reply') return false
    const reply = decodeAgentJobReply(frame.payload)
    return reply.commandId === commandId && reply.content.documentStatus !== 'InProgress'
  }
}

/** The replies that the agent keeps on disk because the server has not acknowledged them. */
export function unreported({ stateDirectory }: RunningAgent): readonly string[] {
  return readdirSync(join(stateDirectory, 'spool')).map((name) =>
    readFileOrNothing(join(stateDirectory, 'spool', name)),
  )
}

function isClean(agent: RunningAgent, commandId: string): boolean {
  const active = readdirSync(join(agent.stateDirectory, 'active')).some((name) => name.startsWith(commandId))
  return !active && !unreported(agent).some((text) => text.includes(commandId))
}

function marked(folder: string, name: string) {
  const file = (what: string) => join(folder, `${name}.${what}`)
  const count = (what: string) => readFileOrNothing(file(what)).split('\n').length - 1
  return {
    script: [
      `echo begun >> ${file('begun')}`,
      untilThere(file('go')),
      `echo ended >> ${file('ended')}`,
      `echo ${name} done`,
    ].join('\n'),
    release: () => writeFileSync(file('go'), ''),
    begun: async () => {
      await eventually(() => (count('begun') > 0 ? true : undefined), `the script of ${name} has begun`)
    },
    runs: () => ({ begun: count('begun'), ended: count('ended') }),
  }
}

function readFileOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // not there yet, or no more
  }
}
