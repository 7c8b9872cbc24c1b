import { readFileSync } from 'node:fs'
import { decodeAgentJobReplyAck, encodeAgentJobAck } from '@fairlead/wire/control-message'
import type { Frame } from '@fairlead/wire/frame'
import { agentVersion } from './agent-version.ts'
import { bundleCalls } from './api/bundle-calls.ts'
import { ControlPlane } from './api/control-plane.ts'
import { nodeCalls } from './api/node-calls.ts'
import { readFrame, writeFrame } from './channel/agent-frame.ts'
import { openControlChannel } from './channel/control-channel.ts'
import { keepConnected } from './channel/keep-connected.ts'
import type { Channel } from './channel/websocket-channel.ts'
import type { Clock } from './clock.ts'
import { CommandPool } from './commands/command-pool.ts'
import { CommandStore } from './commands/command-store.ts'
import { s3Signer } from './commands/download/s3-signer.ts'
import { JobIntake } from './commands/job-intake.ts'
import { keepSweeping } from './commands/keep-sweeping.ts'
import { LiveOutput } from './commands/live/live-output.ts'
import type { Reply } from './commands/reply.ts'
import { sweepCommands } from './commands/sweep.ts'
import type { AgentConfig } from './config.ts'
import { takeStateDirectory } from './disk/state-directory.ts'
import { keepReporting } from './health/keep-reporting.ts'
import { readPlatform } from './health/platform.ts'
import { keepFresh } from './identity/keep-fresh.ts'
import { obtainRegistration } from './identity/obtain-registration.ts'
import type { Registration } from './identity/registration.ts'
import { RoleKeys } from './identity/role-keys.ts'
import { type Log, reasonOf } from './log.ts'
import { agentIdentity, scriptVariables } from './node-facts.ts'
import { bootMark } from './process/boot-mark.ts'
import { restartNode } from './process/restart-node.ts'
import { SessionLogFolder } from './sessions/log/session-log-folder.ts'
import { SessionKeeper } from './sessions/session-keeper.ts'
import { Outbox } from './spool/outbox.ts'
import { AgentUpdates, type ReadyUpdate } from './update/agent-updates.ts'
import { Versions } from './update/versions.ts'

/** What the agent needs from the outside world. */
export interface AgentWorld {
  readonly clock: Clock
  readonly log: Log
  /** A UUID. */
  newId(): string
  /** 0 to 1. */
  random(): number
  /** Which boot of the node this is; asked of the kernel when left out. */
  readonly boot?: string
  /** How other versions take this one's place; without it they cannot. */
  readonly replacement?: Replacement
}

/** What the program that runs an agent does about other versions of it. */
export interface Replacement {
  readonly installedVersion: string
  /** This agent is on trial. */
  readonly isTrial: boolean
  /** Has another version take this one's place, if it works. */
  begin(update: ReadyUpdate): void
  /** The control channel is open and the server has taken a report. Called once. */
  onHealthy(): void
}

export interface Agent {
  /** `mi-…` */
  readonly nodeId: string
  /** Takes nothing more on and closes the channel. Commands that run go on, for the next agent to report. */
  stop(): void
  /** Resolves once nothing goes on, of an agent that was stopped, that another one of this node could be in the way of. */
  settled(): Promise<void>
}

/**
 * Starts an agent: resolves when the machine is registered, and goes on from there by itself. Undefined when `stopping`
 * came first. Throws RegistrationRefused, or an Error that says what is wrong with the state directory or the CA file.
 */
export async function startAgent(
  config: AgentConfig,
  world: AgentWorld,
  stopping: AbortSignal = new AbortController().signal,
): Promise<Agent | undefined> {
  const giveBack = takeStateDirectory(config.stateDirectory)
  try {
    const controlPlane = new ControlPlane(
      {
        url: config.endpoint,
        region: config.region,
        ...(config.caFile === undefined ? {} : { certificateAuthority: readFileSync(config.caFile, 'utf8') }),
      },
      world.clock,
    )
    const registration = await obtainRegistration({
      ...world,
      stateDirectory: config.stateDirectory,
      activation: config.activation,
      controlPlane,
      reconnectCapMs: config.timings.reconnectCapMs,
      fingerprint: world.newId(),
      stopping,
    })
    if (registration === undefined) {
      giveBack()
      return undefined
    }
    const { stop, settled } = run(config, world, registration, controlPlane.inRegion(registration.region))
    return {
      nodeId: registration.nodeId,
      stop: () => {
        stop()
        giveBack()
      },
      settled,
    }
  } catch (error) {
    giveBack()
    throw error
  }
}

function run(
  config: AgentConfig,
  world: AgentWorld,
  registration: Registration,
  controlPlane: ControlPlane,
): Pick<Agent, 'stop' | 'settled'> {
  const { clock, log, newId, random, replacement } = world
  const { nodeId } = registration
  const { stateDirectory, timings } = config
  const platform = readPlatform()
  const keys = new RoleKeys(registration, { stateDirectory, controlPlane, clock, log })
  const boot = world.boot ?? bootMark(clock)
  const { region } = registration
  const { credentialsFile } = keys
  const environment = { ...config.environment, ...scriptVariables({ nodeId, region, platform, credentialsFile }) }
  const calls = nodeCalls(controlPlane, keys, clock)
  let channel: Channel | undefined

  const send = ({ messageId, payload }: Reply, createdAt: number) =>
    channel?.send(writeFrame('agent_job_reply', messageId, createdAt, payload)) ?? false
  const store = new CommandStore(stateDirectory)
  const outbox = new Outbox(stateDirectory, {
    clock,
    log,
    resendAfterMs: timings.resendAfterMs,
    send,
    onLastReceived: (commandId) => store.retire(commandId),
  })
  const live = new LiveOutput({
    nodeId,
    clock,
    log,
    outputLimitBytes: config.outputLimitBytes,
    commandOf: (commandId) => intake.commandOf(commandId),
    send: (payload) => channel?.send(writeFrame('agent_job_output', newId(), clock.now(), payload)) ?? false,
  })
  const updates = new AgentUpdates({
    stateDirectory,
    versions: new Versions(stateDirectory),
    calls: bundleCalls(controlPlane, keys, clock),
    log,
    version: agentVersion,
    installedVersion: replacement?.installedVersion ?? agentVersion,
    nodeVersion: process.versions.node,
    isTrial: replacement?.isTrial === true,
    begin: replacement && ((update) => replacement.begin(update)),
  })
  const intake = new JobIntake(
    {
      nodeId,
      agent: agentIdentity(platform),
      store,
      clock,
      log,
      boot,
      environment,
      workingDirectory: config.workingDirectory,
      platformType: platform.type,
      calls,
      downloads: {
        ...config.downloads,
        calls,
        region,
        environment: config.environment,
        certificateAuthority: controlPlane.endpoint.certificateAuthority,
        now: () => clock.now(),
        newId,
        s3Signer: () => s3Signer(config.environment, config.downloads.s3Endpoint, config.endpoint, keys),
      },
      outputLimitBytes: config.outputLimitBytes,
      updates,
      report: (reply) => outbox.add(reply),
      announce: (reply) => void send(reply, clock.now()),
      stepEnded: (commandId) => live.hurry(commandId),
      restartNode: () => restartNode(config.rebootCommand, config.environment, log),
    },
    new CommandPool(config.commandWorkers, config.commandWorkers),
  )
  intake.resume((commandId) => outbox.holdsLastOf(commandId))

  const sessions = new SessionKeeper(stateDirectory, {
    nodeId,
    region,
    endpoint: config.endpoint,
    caFile: config.caFile,
    keepsLogs: config.keepsSessionLogs,
    boot,
    clock,
    log,
    newId,
    timings,
    environment: config.environment,
    sendTaskComplete: (messageId, payload) =>
      channel?.send(writeFrame('agent_task_complete', messageId, clock.now(), payload)) ?? false,
  })
  sessions.resume()

  const takeJob = async (frame: Frame, from: Channel | undefined) => {
    const answer = await intake.take(frame.payload)
    if (answer === undefined) return
    const { job, statusCode } = answer
    const ack = { ...job, statusCode, acknowledgedMessageId: frame.messageId, createdDate: new Date(frame.createdDate) }
    from?.send(writeFrame('agent_job_ack', newId(), clock.now(), encodeAgentJobAck(ack)))
  }
  let isStopped = false
  const onFrame = (bytes: Uint8Array) => {
    // The state directory may be another agent's by now.
    if (isStopped) return
    try {
      const frame = readFrame(bytes)
      if (frame.messageType === 'agent_job') {
        takeJob(frame, channel).catch((error) => log.error('A job was lost', { reason: reasonOf(error) }))
      } else if (frame.messageType === 'agent_job_reply_ack') {
        outbox.acknowledge(decodeAgentJobReplyAck(frame.payload).acknowledgedMessageId)
      } else if (frame.messageType === 'agent_job_watch') {
        live.watch(frame.payload)
      } else if (frame.messageType === 'agent_job_output_ack') {
        live.acknowledge(frame.payload)
      } else if (frame.messageType === 'interactive_shell') {
        sessions.begin(frame.payload).catch((error) => log.error('A session was lost', { reason: reasonOf(error) }))
      } else if (frame.messageType === 'channel_closed') {
        sessions.close(frame.payload)
      } else if (frame.messageType === 'agent_task_acknowledge') {
        sessions.acknowledge(frame.payload)
      } else log.debug('A message of a kind that this agent does not know', { messageType: frame.messageType })
    } catch (error) {
      log.warn('A message from the server could not be read', { reason: reasonOf(error) })
    }
  }

  let isReported = false
  let isHealthTold = false
  const tellHealth = () => {
    if (isHealthTold || !isReported || channel === undefined) return
    isHealthTold = true
    replacement?.onHealthy()
  }
  const shared = { nodeId, controlPlane, keys, clock, log, newId, random }
  const health = keepReporting({
    ...shared,
    healthEveryMs: timings.healthEveryMs,
    isChannelOpen: () => channel !== undefined,
    onReported: () => {
      isReported = true
      tellHealth()
    },
  })
  const disconnect = keepConnected({
    ...shared,
    name: 'control channel',
    open: (channelWorld, onClosed) => openControlChannel(channelWorld, config.keepsSessionLogs, onClosed),
    pingEveryMs: timings.pingEveryMs,
    reconnectCapMs: timings.reconnectCapMs,
    onFrame,
    onOpen: (opened) => {
      channel = opened
      outbox.resendAll()
      sessions.resendAll()
      health.catchUp()
      tellHealth()
      void updates.learnKey()
    },
    onLost: () => {
      channel = undefined
      live.forget()
    },
  })
  const isActive = (commandId: string) => store.isActive(commandId)
  const sessionLogs = new SessionLogFolder(stateDirectory)
  const sweeping = [
    keepSweeping('Old commands', (now) => sweepCommands(stateDirectory, now, timings, isActive), world),
    keepSweeping('Old logs of sessions', (now) => sessionLogs.sweep(now - timings.keepSessionLogsMs), world),
  ]
  const stopRenewing = keepFresh(keys, world)
  const stop = () => {
    isStopped = true
    live.forget()
    intake.close()
    sessions.stop()
    outbox.stop()
    health.stop()
    stopRenewing()
    for (const stopSweeping of sweeping) stopSweeping()
    void disconnect()
    void keys.end()
  }
  return { stop, settled: () => keys.end() }
}
