import type { ControlPlane } from '../api/control-plane.ts'
import type { Clock } from '../clock.ts'
import type { RoleKeys } from '../identity/role-keys.ts'
import { type Log, reasonOf } from '../log.ts'
import { reportHealth } from './health-report.ts'

export interface HealthWorld {
  readonly nodeId: string
  readonly controlPlane: ControlPlane
  readonly keys: RoleKeys
  readonly clock: Clock
  readonly log: Log
  readonly healthEveryMs: number
  /** 0 to 1. */
  random(): number
  isChannelOpen(): boolean
  /** The server has taken a report. */
  onReported(): void
}

export interface HealthReports {
  /** There is a server again: a report that failed is made now. */
  catchUp(): void
  stop(): void
}

/** How soon a report is made again that the server did not take; twice as late each time. */
const repeatMs = 10_000

/**
 * Reports at once, and then about every `healthEveryMs`, a tenth more or less so that a fleet spreads out. A report that was
 * not taken is made again sooner: until one is, the node may count as lost, and a version on trial as broken.
 */
export function keepReporting(world: HealthWorld): HealthReports {
  let isStopped = false
  let failures = 0
  let cancelWait: () => void = () => undefined
  const report = async () => {
    try {
      await reportHealth(world.nodeId, world.controlPlane, world.keys, world.isChannelOpen())
      failures = 0
      if (!isStopped) world.onReported()
    } catch (error) {
      failures++
      if (!isStopped) world.log.warn('The server did not take the health report', { reason: reasonOf(error) })
    }
    if (isStopped) return
    const waitMs = failures === 0 ? world.healthEveryMs : Math.min(world.healthEveryMs, repeatMs * 2 ** (failures - 1))
    cancelWait = world.clock.after(waitMs * (0.9 + 0.2 * world.random()), () => void report())
  }
  void report()
  return {
    catchUp() {
      if (failures === 0 || isStopped) return
      failures = 0
      cancelWait()
      void report()
    },
    stop() {
      isStopped = true
      cancelWait()
    },
  }
}
