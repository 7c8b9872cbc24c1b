import { registerNodes } from '@fairlead/testkit/fleet'
import { makeNodeKeyPair } from '@fairlead/testkit/simulated-node'
import { cannedReplies } from './canned-replies.ts'
import type { FleetStart } from './fleet-process.ts'
import { monotonicMs } from './monotonic.ts'
import { steadyAgent } from './steady-agent.ts'

/** What has happened since the last message; times are those of `monotonicMs`. */
export interface FleetNews {
  readonly opened: readonly number[]
  readonly lost: number
  /** Tries to connect, and health reports. */
  readonly failed: number
  readonly begun: readonly (readonly [commandId: string, at: number])[]
  readonly ended: readonly (readonly [commandId: string, at: number])[]
}

/** Simulated agents that keep themselves connected, in a process of their own; it ends with its parent. */
const newsEveryMs = 50
let news = noNews()
let isTelling = false

function noNews() {
  const opened: number[] = []
  const begun: [string, number][] = []
  const ended: [string, number][] = []
  return { opened, begun, ended, lost: 0, failed: 0 }
}

function tell(): void {
  if (isTelling) return
  isTelling = true
  setTimeout(() => {
    isTelling = false
    process.send?.(news)
    news = noNews()
  }, newsEveryMs)
}

async function start({ url, region, groups }: FleetStart): Promise<void> {
  const keys = makeNodeKeyPair()
  const seen = new Set<string>()
  const noting = (note: () => void) => () => {
    note()
    tell()
  }
  const world = {
    url,
    region,
    payloads: cannedReplies(new Date()),
    opened: noting(() => news.opened.push(monotonicMs())),
    lost: noting(() => news.lost++),
    failed: noting(() => news.failed++),
    begun(commandId: string) {
      if (seen.has(commandId)) return
      seen.add(commandId)
      news.begun.push([commandId, monotonicMs()])
      tell()
    },
    ended(commandId: string) {
      news.ended.push([commandId, monotonicMs()])
      tell()
    },
  }
  for (const { count, activation } of groups) {
    for (const node of await registerNodes({ url, region, count, keys }, activation)) steadyAgent(node, world)
  }
}

process.on('message', (order: FleetStart) => {
  start(order).catch((error: unknown) => {
    process.stderr.write(`the fleet did not start: ${error instanceof Error ? error.stack : error}\n`)
    process.exit(1)
  })
})
process.once('disconnect', () => process.exit(0))
