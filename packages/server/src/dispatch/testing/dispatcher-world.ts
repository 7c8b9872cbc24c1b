import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDiskBlobs } from '../../blobs/disk/disk.ts'
import { InProcessBus } from '../../bus/in-process-bus.ts'
import type { Clock } from '../../domain/clock.ts'
import { type Command, countsOf, expiryOf } from '../../domain/command.ts'
import { type Invocation, isTerminal } from '../../domain/invocation.ts'
import type { ReplyReport, StepReport } from '../../domain/invocation-reports.ts'
import type { NodeJob, NodeLinks } from '../../domain/node-links.ts'
import { SqlCommandStore } from '../../store/commands/sql-command-store.ts'
import type { Database } from '../../store/database.ts'
import { readMigrations } from '../../store/migrate.ts'
import { SqlNodeStore } from '../../store/nodes/sql-node-store.ts'
import { openSqlite, type SqliteOptions } from '../../store/sqlite/sqlite.ts'
import { Dispatcher } from '../dispatcher.ts'

/** Nodes without a wire: what they were handed is written down, and they do nothing by themselves. */
export class QuietNodes implements NodeLinks {
  readonly open = new Set<string>()
  readonly jobs: { readonly nodeId: string; readonly job: NodeJob }[] = []
  isFull = false

  isOpen(nodeId: string): boolean {
    return this.open.has(nodeId)
  }

  sendJob(nodeId: string, job: NodeJob): boolean {
    if (!this.open.has(nodeId) || this.isFull) return false
    this.jobs.push({ nodeId, job })
    return true
  }

  /** The ids of the nodes that were handed a job to run since the last time this was asked. */
  take(kind: NodeJob['kind'] = 'send'): readonly string[] {
    return this.jobs.splice(0).flatMap(({ nodeId, job }) => (job.kind === kind ? [nodeId] : []))
  }
}

const scope = { account: '123456789012', region: 'us-east-1' }

interface HandClock extends Clock {
  advance(ms: number): void
}

/** A dispatcher over a real store in a directory of its own, with a clock moved by hand. */
export async function dispatcherWorld(
  t: { after(end: () => Promise<void>): void },
  clock: HandClock,
  limits?: SqliteOptions['limits'],
) {
  const directory = mkdtempSync(join(tmpdir(), 'fairlead-dispatch-'))
  const now = () => clock.now()
  const bus = new InProcessBus()
  const database = await openSqlite({ directory, migrations: readMigrations(), now, ...(limits && { limits }) })
  const blobs = openDiskBlobs({ directory: join(directory, 'outputs'), now })
  const commands = new SqlCommandStore({ database, scope, announce: (hint) => bus.publish(hint) })
  const nodes = new SqlNodeStore({ database, scope, announce: (hint) => bus.publish(hint) })
  const registered = new Set<string>()
  const links = new QuietNodes()
  const errors: object[] = []
  let ids = 0
  const newId = () => `id-${++ids}`
  const parts = {
    store: { commands },
    blobs,
    bus,
    links,
    clock,
    scope,
    newId,
    log: { error: (fields: object) => errors.push(fields) },
  }
  let dispatcher = new Dispatcher(parts)
  dispatcher.start()
  t.after(async () => {
    await dispatcher.stop()
    await blobs.close()
    await database.close()
    rmSync(directory, { recursive: true })
  })

  return {
    clock,
    bus,
    blobs,
    commands,
    nodes,
    links,
    errors,
    get reports() {
      return dispatcher.reports
    },
    settled: () => dispatcher.idle(),
    stop: () => dispatcher.stop(),
    /** As after a restart of the server: nothing is remembered but what is stored. */
    async restart(): Promise<void> {
      await dispatcher.stop()
      dispatcher = new Dispatcher(parts)
      dispatcher.start()
    },
    async connect(...nodeIds: readonly string[]): Promise<void> {
      for (const nodeId of nodeIds) {
        links.open.add(nodeId)
        bus.publish({ kind: 'channel-open', nodeId })
      }
      await dispatcher.idle()
    },
    /** Time passes second by second, and each second's work is done before the next. */
    async pass(seconds: number): Promise<void> {
      for (let second = 0; second < seconds; second++) {
        clock.advance(1000)
        await dispatcher.idle()
      }
    },
    async send(nodeIds: readonly string[], more: Partial<Command> = {}): Promise<string> {
      await register(
        database,
        nodeIds.filter((nodeId) => !registered.has(nodeId)),
      )
      for (const nodeId of nodeIds) registered.add(nodeId)
      const command = newCommand(`command-${++ids}`, now(), more)
      const invocations = nodeIds.map((nodeId) => newInvocation(command, nodeId))
      await commands.addCommand({ ...command, counts: countsOf(invocations) }, '{"a":1}', invocations)
      await dispatcher.idle()
      return command.commandId
    },
    async acknowledge(commandId: string, nodeId: string, statusCode = '200'): Promise<void> {
      await dispatcher.reports.acknowledged(nodeId, jobId(commandId, nodeId), statusCode, now())
      await dispatcher.idle()
    },
    async reply(commandId: string, nodeId: string, content: ReplyReport): Promise<void> {
      await dispatcher.reports.replied(nodeId, jobId(commandId, nodeId), 'reply', content, now())
      await dispatcher.idle()
    },
    async details(commandId: string, nodeId: string): Promise<string | undefined> {
      return (await commands.findInvocation(commandId, nodeId))?.details
    },
    /** The counts of a command, checked against its invocations. */
    async counts(commandId: string): Promise<Command['counts']> {
      const command = await commands.findCommand(commandId)
      const { items } = await commands.listInvocations({ commandId }, { limit: 10_000 })
      const counted = countsOf(items.map(({ invocation }) => invocation))
      if (!command || JSON.stringify(command.counts) !== JSON.stringify(counted)) {
        throw new Error(`the counts say ${JSON.stringify(command?.counts)}, the invocations ${JSON.stringify(counted)}`)
      }
      if (items.some(({ invocation }) => isTerminal(invocation.status) !== (invocation.endedAt !== undefined))) {
        throw new Error('an invocation has ended without a time, or the reverse')
      }
      return counted
    },
  }
}

export function jobId(commandId: string, nodeId: string): string {
  return `aws.ssm.${commandId}.${nodeId}`
}

/** A reply of a document of one step. */
export function reply(documentStatus: string, more: Partial<StepReport> = {}): ReplyReport {
  if (documentStatus === 'InProgress') return { documentStatus, documentTraceOutput: '', plugins: new Map() }
  const step: StepReport = {
    name: 'aws:runShellScript',
    status: documentStatus,
    code: documentStatus === 'Success' ? 0 : 1,
    output: '',
    standardOutput: '',
    standardError: '',
    ...more,
  }
  return { documentStatus, documentTraceOutput: '', plugins: new Map([['runShellScript', step]]) }
}

async function register(database: Database, nodeIds: readonly string[]): Promise<void> {
  if (nodeIds.length === 0) return
  const rows = nodeIds.map((_nodeId, index) => `($1, $2, $${index + 3}, '', '', '', '', '', 0, 'Online')`)
  const sql = `INSERT INTO nodes (account, region, node_id, activation_id, role_name, public_key, public_key_type,
    fingerprint, registered_at, ping_status) VALUES ${rows.join(', ')}`
  await database.write([{ sql, params: [scope.account, scope.region, ...nodeIds] }])
}

function newCommand(commandId: string, requestedAt: Date, more: Partial<Command>): Command {
  const timeouts = { timeoutSeconds: 600, executionTimeoutSeconds: 100, ...more }
  return {
    commandId,
    documentName: 'AWS-RunShellScript',
    documentVersion: '$DEFAULT',
    comment: '',
    parameters: {},
    nodeIds: [],
    targets: [],
    requestedAt,
    expiresAt: expiryOf({ requestedAt, ...timeouts }),
    ...timeouts,
    maxConcurrency: '50',
    maxErrors: '0',
    requestedBy: '',
    counts: countsOf([]),
    ...more,
  }
}

function newInvocation({ commandId, requestedAt, timeoutSeconds, expiresAt }: Command, nodeId: string): Invocation {
  const deliverBy = new Date(requestedAt.getTime() + timeoutSeconds * 1000)
  const pending = { status: 'Pending', details: 'Pending', plugins: [], version: 0 } as const
  return { commandId, nodeId, requestedAt, deliverBy, expiresAt, ...pending }
}
