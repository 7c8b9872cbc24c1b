import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { answers } from './answers.ts'
import { apiReads } from './api-reads.ts'
import { fanOut } from './fan-out.ts'
import { fleetScale } from './fleet-scale.ts'
import { history } from './history.ts'
import { oneCommand } from './one-command.ts'
import { policy } from './policy.ts'
import { realFanOut } from './real-fan-out.ts'
import { isMet, table } from './report.ts'
import { sessions } from './sessions.ts'
import { shells } from './shells.ts'
import { startUp } from './start-up.ts'

const benches = [
  answers,
  apiReads,
  fanOut,
  fleetScale,
  history,
  oneCommand,
  policy,
  realFanOut,
  sessions,
  shells,
  startUp,
]

const help = `Usage: npm run bench -- [NAME…] [--quick] [--json] [--profile DIR] [--with-peers]

  NAME           ${benches.map(({ name }) => name).join(', ')}; all of them when none is named
  --quick        shorter windows: under a minute for all
  --json         one JSON object a bench, for programs
  --profile DIR  writes CPU profiles of the server to DIR; the figures are then those of a slower server
  --with-peers   installs the policy engines that ours is measured beside into a cache of their own
`

const { values, positionals } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    profile: { type: 'string' },
    'with-peers': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  },
  allowPositionals: true,
})
const unknown = positionals.filter((name) => !benches.some((bench) => bench.name === name))
if (values.help === true || unknown.length > 0) {
  process.stdout.write(unknown.length > 0 ? `There is no bench ${unknown.join(', ')}.\n\n${help}` : help)
  process.exit(unknown.length > 0 ? 2 : 0)
}

if (!values.json) process.stdout.write(`${machine()}\n`)
for (const bench of benches) {
  if (positionals.length > 0 && !positionals.includes(bench.name)) continue
  const began = performance.now()
  const { rows, notes } = await bench.run({
    quick: values.quick,
    profile: values.profile,
    withPeers: values['with-peers'],
  })
  const seconds = Math.round((performance.now() - began) / 100) / 10
  if (values.json) {
    const judged = rows.map((row) => ({ ...row, met: isMet(row) }))
    process.stdout.write(`${JSON.stringify({ bench: bench.name, seconds, rows: judged, notes })}\n`)
  } else {
    process.stdout.write(
      `\n${bench.title} (${seconds} s)\n${table(rows)}\n${notes.map((note) => `  ${note}\n`).join('')}`,
    )
  }
}

function machine(): string {
  const tmpfs = 0x0102_1994
  const probe = mkdtempSync(join(tmpdir(), 'fairlead-bench-'))
  const inMemory = statfsSync(probe).type === tmpfs
  rmSync(probe, { recursive: true })
  const disk = inMemory ? `; ${tmpdir()} IS IN MEMORY, so fsync costs nothing (set TMPDIR)` : ''
  return `Node ${process.versions.node}, ${availableParallelism()} x ${cpus()[0]?.model.trim() ?? 'CPU'}${disk}. Ratios hold; absolute figures are this machine's.`
}
