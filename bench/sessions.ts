import { bareHops } from './bare-hops.ts'
import type { Bench, BenchOptions, BenchResult, Row } from './report.ts'
import { echoOfBoth, inTurn, type Pair, pairRows } from './session-pairs.ts'
import { carry, type Echoes, flood, type Rate, typeKeys } from './session-tasks.ts'
import { type SessionWay, sessionWays } from './session-ways.ts'
import { percentile, shuffled, spreadOf } from './statistics.ts'
import { inWorkbench, type Workbench } from './workbench.ts'

/** Shells and ports through our client, server and agent, beside OpenSSH on the loopback. */
export const sessions: Bench = {
  name: 'sessions',
  title: 'Sessions: keys, output and a port through client, server and agent, beside OpenSSH',
  run: (options) => inWorkbench((bench) => measure(bench, options)),
}

/** Our server ends a session after half a minute whose data channels it does not see. */
const relayedBytes = 2e6

interface Round {
  readonly echoes: Echoes
  readonly output: Rate
  readonly up: Rate
  readonly down: Rate
}

async function measure(bench: Workbench, { quick }: BenchOptions): Promise<BenchResult> {
  const { ours, unrecorded, openSsh, amazon, relayed, reasons } = await sessionWays(bench)
  const ways = [ours, openSsh, amazon].filter((way) => way !== undefined)
  const rounds = quick ? 3 : 5
  const size = { keys: quick ? 100 : 300, output: quick ? 10e6 : 50 * 2 ** 20, port: quick ? 20e6 : 100e6 }
  const found = new Map<SessionWay, Round[]>(ways.map((way) => [way, []]))
  const recordings: Pair[] = []
  const relays: Pair[] = []
  const hops: number[] = []
  for (let round = 0; round < rounds; round++) {
    for (const index of shuffled(ways.length)) {
      const way = ways[index]
      // Amazon's programs send a kilobyte a millisecond: less will do to see it.
      const some = way === amazon ? 0.1 : 1
      if (way === undefined) continue
      const echoes = await typeKeys(way, size.keys)
      const output = await flood(way, some * size.output)
      found.get(way)?.push({ echoes, output, ...(await carry(way, some * size.port)) })
    }
    hops.push(percentile(await bareHops(size.keys), 50))
    recordings.push({
      echo: await echoOfBoth([ours, unrecorded], size.keys),
      rates: [await inTurn(round, [ours, unrecorded], (way) => flood(way, size.output))],
    })
    if (amazon === undefined || relayed === undefined) continue
    const pair = [amazon, relayed] as const
    const [one, two] = await inTurn(round, pair, (way) => carry(way, relayedBytes))
    relays.push({
      echo: await echoOfBoth(pair, size.keys),
      rates: [
        [one.up, two.up],
        [one.down, two.down],
      ],
    })
  }
  const of = (way: SessionWay | undefined) => (way && found.get(way)) ?? []
  return {
    rows: [
      ...rowsOf(of(ours), of(openSsh), true),
      { what: 'bare hops: key to echo, p50', unit: 'ms', ours: spreadOf(hops) },
      ...pairRows(recordings, 'recorded', ['output of yes'], 1.15),
      ...rowsOf(of(amazon), of(openSsh), false).map((row) => ({ ...row, what: `Amazon's: ${row.what.trim()}` })),
      ...pairRows(relays, "Amazon's by relay", ['port up', 'port down'], 1.1),
    ],
    notes: [
      `${rounds} rounds in random order: ${size.keys} keys, 10 ms after each echo; yes | head -c ${size.output}; ${size.port / 1e6} MB each`,
      'way through a port. outside = ssh -tt and ssh -L with an sshd of its own. The clients have pipes for terminals.',
      'CPU is that of all processes from the client to the command, and of neither the bench nor the target of the port.',
      'bare hops = three processes of Node in a row that pass bytes on and do nothing else, without terminal and session: what',
      'Node and the machine take for the way that a key of ours goes. recorded: outside = a server with --recordings off, key by',
      `key. by relay: Amazon's two programs on our server; outside = the same on a relay of frames, key by key and ${relayedBytes / 1e6} MB.`,
      ...reasons.map((reason) => `Left out: ${reason}.`),
    ],
  }
}

function rowsOf(ours: readonly Round[], outside: readonly Round[], isAimed: boolean): readonly Row[] {
  if (ours.length === 0) return []
  const row = (what: string, unit: string, value: (round: Round) => number, aim?: Row['aim']): Row => ({
    what,
    unit,
    ours: spreadOf(ours.map(value)),
    ...(outside.length > 0 && {
      outside: spreadOf(outside.map(value)),
      ratio: spreadOf(
        ours.flatMap((mine, at) => (outside[at] === undefined ? [] : [value(mine) / value(outside[at])])),
      ),
    }),
    ...(aim !== undefined && isAimed && { aim }),
  })
  const half = { of: 'ratio', atLeast: 0.5 } as const
  return [
    row('key to echo, p50', 'ms', ({ echoes }) => percentile(echoes.times, 50), { of: 'ratio', atMost: 1.5 }),
    row('  p99', 'ms', ({ echoes }) => percentile(echoes.times, 99)),
    row('  CPU per key', 'us', ({ echoes }) => echoes.cpu),
    row('output of yes', 'MB/s', ({ output }) => output.megabytesPerSecond, half),
    row('  CPU per MB', 'ms', ({ output }) => output.cpu),
    row('port, to the node', 'MB/s', ({ up }) => up.megabytesPerSecond, half),
    row('  CPU per MB', 'ms', ({ up }) => up.cpu),
    row('port, from the node', 'MB/s', ({ down }) => down.megabytesPerSecond, half),
    row('  CPU per MB', 'ms', ({ down }) => down.cpu),
  ]
}
