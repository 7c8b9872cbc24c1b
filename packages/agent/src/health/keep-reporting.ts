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

/** Reports at once, and then about every `healthEveryMs`, a tenth more or less so that a fleet spreads out. */
export function keepReporting(world: HealthWorld): HealthReports {
  let isStopped = false
  let isMissing = false
  let cancelWait: () => void = () => undefined
  const report = async () => {
    try {
      await reportHealth(world.nodeId, world.controlPlane, world.keys, world.isChannelOpen())
      isMissing = false
      if (!isStopped) world.onReported()
    } catch (error) {
      isMissing = true
      if (!isStopped) world.log.warn('The server did not take the health report', { reason: reasonOf(error) })
    }
    if (isStopped) return
    cancelWait = world.clock.after(world.healthEveryMs * (0.9 + 0.2 * world.random()), () => void report())
  }
  void report()
  return {
    catchUp() {
      if (!isMissing || isStopped) return
      isMissing = false
      cancelWait()
      void report()
    },
    stop() {
      isStopped = true
      cancelWait()
    },
  }
}
