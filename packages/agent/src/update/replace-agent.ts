import { type Log, reasonOf } from '../log.ts'
import type { ReadyUpdate } from './agent-updates.ts'
import { fetchedEnvironment, fetchedProgram, type Launch } from './launch.ts'
import { forgetTrial, noteTrial } from './left-trial.ts'
import { startTrial, type TrialWorld } from './trial.ts'
import { writeUpdateRecord } from './update-record.ts'
import type { Versions } from './versions.ts'

export interface ReplaceWorld extends TrialWorld {
  readonly launch: Launch
  /** The agent's own arguments. */
  readonly args: readonly string[]
  readonly stateDirectory: string
  readonly versions: Versions
  readonly log: Log
}

/**
 * Has a version show that it works, while this process does nothing else, and makes it the current one if it does. This
 * process must not be an agent any more, and has to become one again afterwards, whichever is then the current one.
 *
 * Nothing refers to the new version until it has shown that it works: killed at any step, the node starts the version
 * before it.
 */
export async function tryVersion(update: ReadyUpdate, world: ReplaceWorld): Promise<void> {
  const { launch, args, stateDirectory, log } = world
  const { entry, record } = update
  const { from, to } = record
  const trial = startTrial(fetchedProgram(entry, args), fetchedEnvironment(launch, true), world)
  try {
    if (trial.pid !== undefined) noteTrial(stateDirectory, trial.pid)
    await settle(await trial.outcome, update, world)
  } catch (error) {
    // A full disk, say: what is not written down is tried again by the next agent.
    log.error('An update of the agent could not be carried on', { from, to, reason: reasonOf(error) })
  } finally {
    await trial.end()
    forgetTrial(stateDirectory)
  }
}

async function settle(found: string | undefined, { folder, record }: ReadyUpdate, world: ReplaceWorld): Promise<void> {
  const { versions, log, stopping } = world
  const { from, to } = record
  // The next agent begins the trial anew.
  if (stopping.aborted) return
  const fault = found ?? (await faultOfSwitch(to, world))
  if (fault === undefined) {
    await writeUpdateRecord(folder, { ...record, phase: 'done' })
    log.info('Another version of the agent works, and runs from now on', { from, to })
  } else {
    const reason = `${to} did not work and was rolled back to ${from}: ${fault}`
    log.warn('Another version of the agent does not work', { from, to, reason: fault })
    // First: the disk may be too full to write anything down.
    versions.remove(to)
    await writeUpdateRecord(folder, { ...record, phase: 'failed', reason })
  }
}

/** Why a version that works cannot be made the current one: of a disk that is full another trial would find no more. */
async function faultOfSwitch(version: string, { versions, log }: ReplaceWorld): Promise<string | undefined> {
  try {
    await versions.switchTo(version)
  } catch (error) {
    const reason = reasonOf(error)
    if (!versions.isCurrent(version)) return `it worked, and could not be made the one that runs: ${reason}`
    log.warn('Not all that goes with another version of the agent could be done', { version, reason })
  }
  return undefined
}
