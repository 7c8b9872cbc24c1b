import {
  asObject,
  type Members,
  MessageError,
  readChoice,
  readInstant,
  readObject,
  readOptionalText,
} from './message-members.ts'
import { decodePluginResult, encodePluginResult, type PluginResult } from './plugin-result.ts'

const documentStatuses = ['InProgress', 'Success', 'Failed', 'TimedOut', 'Cancelled', 'SuccessAndReboot'] as const
export type DocumentStatus = (typeof documentStatuses)[number]

export interface AgentIdentity {
  readonly name: string
  readonly version: string
  readonly language: string
  readonly os: string
  readonly osVersion: string
}

/**
 * How far a command is on a node. Each finished step is reported once, alone, and the end once; the two may come in any
 * order, and the end of a document of several steps names none of them.
 */
export interface ReplyContent {
  readonly documentStatus: DocumentStatus
  /** Why the document failed as a whole; empty if a step did. */
  readonly documentTraceOutput: string
  /** By step name (schema 2) or plugin name (schema 1.2). */
  readonly plugins: ReadonlyMap<string, PluginResult>
  readonly agent: AgentIdentity
  readonly sentAt?: Date | undefined
}

// An agent drops what is over 120,000 bytes; the JSON text of a reply, itself quoted in JSON, is at most that long.
const longestReply = 131_072
const mostPlugins = 64

/** Also what SendReply of ec2messages carries as its payload. */
export function encodeReplyContent(content: ReplyContent): string {
  const counts: Record<string, number> = {}
  for (const { status } of content.plugins.values()) counts[status] = (counts[status] ?? 0) + 1
  const { agent } = content
  return JSON.stringify({
    additionalInfo: {
      agent: { lang: agent.language, name: agent.name, os: agent.os, osver: agent.osVersion, ver: agent.version },
      dateTime: content.sentAt?.toISOString() ?? '',
      runId: '',
      runtimeStatusCounts: counts,
    },
    documentStatus: content.documentStatus,
    documentTraceOutput: content.documentTraceOutput,
    runtimeStatus: Object.fromEntries([...content.plugins].map(([step, result]) => [step, encodePluginResult(result)])),
  })
}

export function decodeReplyContent(text: string): ReplyContent {
  const members = readObject(text, longestReply)
  const additional = asObject(members['additionalInfo'] ?? {}, 'additionalInfo')
  return {
    documentStatus: readChoice(members, 'documentStatus', documentStatuses),
    documentTraceOutput: readOptionalText(members, 'documentTraceOutput', longestReply),
    plugins: readPlugins(members),
    agent: readAgent(asObject(additional['agent'] ?? {}, 'agent')),
    sentAt: readInstant(additional, 'dateTime'),
  }
}

function readPlugins(members: Members): ReadonlyMap<string, PluginResult> {
  const entries = Object.entries(asObject(members['runtimeStatus'] ?? {}, 'runtimeStatus'))
  if (entries.length > mostPlugins) throw new MessageError(`a reply of ${entries.length} steps is too long`)
  const plugins = new Map<string, PluginResult>()
  for (const [step, result] of entries) {
    if (step === '' || step.length > 256) throw new MessageError('a step must have a name of 1 to 256 characters')
    plugins.set(step, decodePluginResult(asObject(result, 'a step')))
  }
  return plugins
}

function readAgent(members: Members): AgentIdentity {
  return {
    name: readOptionalText(members, 'name', 128),
    version: readOptionalText(members, 'ver', 64),
    language: readOptionalText(members, 'lang', 64),
    os: readOptionalText(members, 'os', 64),
    osVersion: readOptionalText(members, 'osver', 64),
  }
}
