import type { KeyObject } from 'node:crypto'
import { type BundleManifest, compareAgentVersions, isAgentVersion, isNodeEnough } from '@fairlead/wire/agent-bundle'
import { agentName } from '../agent-version.ts'
import type { BundleCalls, OfferedBundle } from '../api/bundle-calls.ts'
import { orAborted, StepStopped } from '../commands/work.ts'
import { type Log, reasonOf } from '../log.ts'
import { hasPinnedKey, isVouchedFor, pinnedSigningKey } from './signing-key.ts'
import {
  noteStoppedLate,
  readUpdateRecord,
  type UpdateRecord,
  wasStoppedLate,
  writeUpdateRecord,
} from './update-record.ts'
import type { InstalledVersion, Versions } from './versions.ts'

/** A version that is on the node and waits for its trial. */
export interface ReadyUpdate extends InstalledVersion {
  /** The folder of the step that asked for it. */
  readonly folder: string
  readonly record: UpdateRecord
}

export interface UpdateWorld {
  readonly stateDirectory: string
  readonly versions: Versions
  readonly calls: BundleCalls
  readonly log: Log
  /** That of this process. */
  readonly version: string
  /** Installed on the node, without us. */
  readonly installedVersion: string
  readonly nodeVersion: string
  /** This process is a version on trial: it begins no update of its own, and ends none. */
  readonly isTrial: boolean
  /** Stops this agent, has the version show that it works, and starts it or this one again. Undefined when that cannot be. */
  readonly begin: ((update: ReadyUpdate) => void) | undefined
}

export interface UpdateRequest {
  /** The newest when it is undefined. */
  readonly version: string | undefined
  readonly allowsDowngrade: boolean
}

/** An update that was cut by a kill or a restart of the node is begun anew, this often. */
const mostTrials = 3

/** Brings other versions of the agent to this node, one at a time. */
export class AgentUpdates {
  readonly #world: UpdateWorld
  #last: Promise<unknown> = Promise.resolve()
  #key: Promise<KeyObject> | undefined

  constructor(world: UpdateWorld) {
    this.#world = world
  }

  /** Learns whose signature to believe, unless it is known: best while nothing has been downloaded yet. */
  async learnKey(): Promise<void> {
    const { stateDirectory, log } = this.#world
    if (hasPinnedKey(stateDirectory)) return
    try {
      await this.#signingKey()
      log.info('The key that signs versions of the agent is known from now on')
    } catch (error) {
      log.debug('The key that signs versions of the agent could not be learnt yet', { reason: reasonOf(error) })
    }
  }

  /**
   * Does what a step asks for, as far as this process can: what it begins, the next one ends. Resolves with what the step
   * tells. Throws an Error that says why the version that ran before still does.
   */
  async perform(request: UpdateRequest, folder: string, signal: AbortSignal): Promise<string> {
    const record = readUpdateRecord(folder)
    // Switched to, and cut before that was written down.
    const isThere = record?.phase === 'trial' && record.to === this.#world.version
    if (this.#world.isTrial) return noting(folder, signal, this.#world.log)
    if (record !== undefined && (record.phase === 'done' || isThere))
      return toldOf(record, this.#world.version, wasStoppedLate(folder))
    if (record?.phase === 'failed') throw new Error(record.reason)
    const trials = record?.trials ?? 0
    if (trials >= mostTrials) throw new Error(`The update was cut ${trials} times; ${this.#world.version} runs on.`)

    const earlier = this.#last
    const turn = Promise.withResolvers<void>()
    this.#last = earlier.then(() => turn.promise)
    try {
      await Promise.race([earlier, aborted(signal)])
      return await this.#update(request, folder, trials, signal)
    } finally {
      turn.resolve()
    }
  }

  async #update(
    { version: wanted, allowsDowngrade }: UpdateRequest,
    folder: string,
    trials: number,
    signal: AbortSignal,
  ): Promise<string> {
    const { begin, calls, log, version, versions, installedVersion } = this.#world
    if (begin === undefined) {
      throw new Error('The agent on this node cannot be replaced while it runs: update it in the way it was installed.')
    }
    // Others may wait for the key as well.
    const key = await orAborted(this.#signingKey(), signal)
    const offered = await calls.find(wanted, signal)
    const { facts } = offered
    if (!isVouchedFor(offered, key)) {
      throw new Error(`The signature of ${agentName} ${facts.version} is not that of the server that this node knows.`)
    }
    this.#checkPlatform(offered, wanted)
    const order = compareAgentVersions(facts.version, version)
    if (order === 0) return `${agentName} ${version} is on this node already: there is nothing to update.`
    if (order < 0 && !allowsDowngrade) {
      throw new Error(
        `${agentName} ${facts.version} is older than ${version}, which runs on this node: the parameter allowDowngrade has to be true.`,
      )
    }
    // Rarely wanted: an agent that starts does not wait for them.
    const { fetchBundle } = await import('./fetch-bundle.ts')
    const { readManifest, unpackBundle } = await import('./unpack-bundle.ts')
    const place = versions.prepare()
    let engines: string
    try {
      await fetchBundle(facts, place.bundle, calls, signal)
      const { manifest } = readManifest(place.bundle)
      this.#checkManifest(manifest, facts.version)
      engines = manifest.engines
      await unpackBundle(place.bundle, place.folder, signal)
    } catch (error) {
      versions.discard()
      throw error
    }
    const ready = await versions.keep(facts.version, installedVersion, engines)
    const record = { phase: 'trial', from: version, to: facts.version, trials: trials + 1, bytes: facts.bytes } as const
    try {
      await writeUpdateRecord(folder, record)
      signal.throwIfAborted()
    } catch (error) {
      versions.remove(facts.version)
      throw error
    }
    log.info('Another version of the agent is tried', { from: version, to: facts.version })
    begin({ ...ready, folder, record })
    return aborted(signal)
  }

  #signingKey(): Promise<KeyObject> {
    const { stateDirectory, calls } = this.#world
    this.#key ??= pinnedSigningKey(stateDirectory, calls).catch((error) => {
      this.#key = undefined
      throw error
    })
    return this.#key
  }

  #checkPlatform({ facts }: OfferedBundle, wanted: string | undefined): void {
    const isWanted = wanted === undefined || compareAgentVersions(wanted, facts.version) === 0
    if (!isWanted || !isAgentVersion(facts.version)) {
      throw new Error(`The server offered ${facts.version} in place of ${wanted}.`)
    }
    if (facts.platform !== process.platform || facts.arch !== process.arch) {
      throw new Error(`${facts.version} is for ${facts.platform}-${facts.arch}, which this node is not.`)
    }
  }

  #checkManifest(manifest: BundleManifest, version: string): void {
    if (manifest.version !== version) throw new Error(`The bundle of ${version} holds ${manifest.version}.`)
    const { nodeVersion } = this.#world
    if (isNodeEnough(manifest.engines, nodeVersion)) return
    throw new Error(
      `${agentName} ${version} needs Node ${manifest.engines} and this node has ${nodeVersion}: update what is installed there.`,
    )
  }
}

/** @throws what was installed while the update went on wins over it, and so does it over what does not start any more */
function toldOf({ from, to, bytes }: UpdateRecord, version: string, isStoppedLate: boolean): string {
  if (version !== to) {
    throw new Error(
      `${to} worked, but ${version} runs: it was installed on this node meanwhile, or ${to} does not start any more, which the agent's log tells.`,
    )
  }
  return [
    `Updating ${agentName} from ${from} to ${to}`,
    `Downloaded ${bytes} bytes; the signature is that of the server`,
    `${agentName} was updated to ${to}`,
    ...(isStoppedLate ? [`It was to be stopped while ${to} was on trial, which was too late`] : []),
  ].join('\n')
}

/** On trial: who watches it decides what becomes of the update, and the version that then runs tells. Never settles. */
function noting(folder: string, signal: AbortSignal, log: Log): Promise<never> {
  return new Promise(() => {
    const note = () => {
      if (!(signal.reason instanceof StepStopped)) return
      try {
        noteStoppedLate(folder)
      } catch (error) {
        log.warn('It could not be noted that an update was to be stopped too late', { reason: reasonOf(error) })
      }
    }
    if (signal.aborted) note()
    signal.addEventListener('abort', note, { once: true })
  })
}

/** For what somebody else ends: rejects once the signal says so, and never resolves. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
