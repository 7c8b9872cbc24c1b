import { type CompiledPolicy, compilePolicy, contextOf, decide, principalOf, readPolicy } from '@fairlead/iam'
import { cedarEngine, ownEngine, type PolicyEngine, simulateEngine } from './policy-engines.ts'
import { policyPeers } from './policy-peers.ts'
import { type AskedResource, policyQuestion } from './policy-question.ts'
import type { Bench, BenchOptions, BenchResult, Row } from './report.ts'
import { requestCosts } from './request-cost.ts'
import { percentile, shuffled, spreadOf } from './statistics.ts'

/** Decisions of the policy engine, beside other engines, and what they cost a signed request. */
export const policy: Bench = {
  name: 'policy',
  title: 'Policy engine: 20 statements, SendCommand to one node and to 1,000',
  run: measure,
}

const nodeCount = 1_000
const hostile = 'a*'.repeat(20)

interface Figures {
  /** Microseconds per call, from one to the next. */
  readonly p50: number
  readonly decisionsPerCpuSecond: number
}

interface Contender {
  readonly name: string
  readonly engine: PolicyEngine
  /** Of ours, so many times as many decisions are looked for; undefined for ours. */
  readonly aim?: number
}

async function measure(options: BenchOptions): Promise<BenchResult> {
  const question = policyQuestion(nodeCount)
  const peers = options.withPeers ? await policyPeers() : 'they are measured with --with-peers'
  const contenders: Contender[] = [{ name: 'ours', engine: ownEngine(question) }]
  if (typeof peers !== 'string') {
    contenders.push({ name: 'iam-simulate', engine: simulateEngine(question, peers.simulate), aim: 100 })
    contenders.push({ name: 'cedar-wasm', engine: cedarEngine(question, peers.cedar), aim: 50 })
  }
  requireSameAnswers(contenders, question.resources)

  const milliseconds = options.quick ? 300 : 1_500
  const rounds = options.quick ? 3 : 5
  const one = question.resources.slice(0, 2)
  const measured = { one: noFigures(contenders), all: noFigures(contenders) }
  for (let round = -1; round < rounds; round++) {
    for (const index of shuffled(contenders.length)) {
      const engine = contenders[index]?.engine
      if (engine === undefined) continue
      const found = { one: figures(engine, one, milliseconds), all: figures(engine, question.resources, milliseconds) }
      if (round < 0) continue // V8 has to settle first
      measured.one[index]?.push(found.one)
      measured.all[index]?.push(found.all)
    }
  }
  return {
    rows: [
      ...rowsOf('one node', 'us', 1, 20, contenders, measured.one),
      ...rowsOf(`${nodeCount} nodes`, 'ms', 1_000, 5, contenders, measured.all),
      hostileRow(),
      ...(await requestCosts(question, options.quick)).flatMap(({ operation, both, authentication }): Row[] => [
        { what: `${operation}, checked`, unit: 'us', ours: both, aim: { of: 'ours', atMost: 60 } },
        { what: '  its signature alone', unit: 'us', ours: authentication },
      ]),
    ],
    notes: [
      `${rounds} rounds in random order, ${milliseconds} ms each. A call decides the document and each node with tags of its own;`,
      'all engines must answer alike. Ours reads the tags of each node anew, those that a policy asks for. CPU is that',
      'of the whole process, also of what collects its garbage.',
      'A checked request is one whose signature and permission were found right by the parts of the gateway, on the',
      'database of a real server, for a user with the 20 statements; microseconds of CPU, all threads.',
      ...(typeof peers === 'string' ? [`No other engines here: ${peers}.`] : []),
    ],
  }
}

function noFigures(contenders: readonly Contender[]): Figures[][] {
  return contenders.map(() => [])
}

function figures(engine: PolicyEngine, resources: readonly AskedResource[], milliseconds: number): Figures {
  const times: number[] = []
  const before = process.cpuUsage()
  const began = performance.now()
  for (let last = began; last - began < milliseconds; ) {
    engine(resources)
    const at = performance.now()
    times.push((at - last) * 1_000)
    last = at
  }
  const { user, system } = process.cpuUsage(before)
  return {
    p50: percentile(times, 50),
    decisionsPerCpuSecond: (times.length * resources.length * 1e6) / (user + system),
  }
}

function rowsOf(
  what: string,
  unit: string,
  microseconds: number,
  atMost: number,
  contenders: readonly Contender[],
  measured: readonly (readonly Figures[])[],
): readonly Row[] {
  const [ours = []] = measured
  const column = (of: readonly Figures[], name: keyof Figures, over = 1) => spreadOf(of.map((one) => one[name] / over))
  const rate = 'decisionsPerCpuSecond'
  return [
    { what: `${what}, p50`, unit, ours: column(ours, 'p50', microseconds), aim: { of: 'ours', atMost } },
    ...contenders.slice(1).flatMap(({ name, aim = 0 }, index): Row[] => {
      const theirs = measured[index + 1] ?? []
      const ratios = ours.flatMap((mine, round) => mine[rate] / (theirs[round]?.[rate] ?? Number.NaN))
      return [
        {
          what: `  beside ${name}, p50`,
          unit,
          ours: column(ours, 'p50', microseconds),
          outside: column(theirs, 'p50', microseconds),
        },
        {
          what: '  decisions per CPU second',
          unit: '/s',
          ours: column(ours, rate),
          outside: column(theirs, rate),
          ratio: spreadOf(ratios),
          ...(unit === 'ms' ? { aim: { of: 'ratio', atLeast: aim } as const } : {}),
        },
      ]
    }),
  ]
}

/** A pattern that costs engines which go back an eternity, asked of a name that it nearly matches. */
function hostileRow(): Row {
  const name = `arn:aws:ssm:us-east-1::document/${'a'.repeat(200)}`
  const policies = { identity: [hostilePolicy()] }
  const context = contextOf({ 'aws:username': 'a'.repeat(200) })
  const request = { principal: principalOf('arn:aws:iam::123456789012:user/alice'), action: 'ssm:SendCommand' }
  const times: number[] = []
  for (let round = 0; round < 1_000; round++) {
    const began = performance.now()
    const { effect } = decide({ ...request, resource: name, context }, policies)
    times.push(performance.now() - began)
    if (effect === 'Allowed') throw new Error('the hostile pattern has matched')
  }
  const aim = { of: 'ours', atMost: 1 } as const
  return { what: '20 stars against 200 characters', unit: 'ms', ours: spreadOf(times), aim }
}

function hostilePolicy(): CompiledPolicy {
  const statements = [
    { Resource: `arn:aws:ssm:*:*:document/${hostile}b` },
    { Resource: '*', Condition: { StringLike: { 'aws:username': `${hostile}b` } } },
  ].map((rest) => ({ Effect: 'Allow', Action: 'ssm:*', ...rest }))
  return compilePolicy(readPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements })), {
    name: 'hostile',
  })
}

/** Throws when two engines disagree: then they were not asked the same. */
function requireSameAnswers([first, ...others]: readonly Contender[], resources: readonly AskedResource[]): void {
  const expected = first?.engine(resources) ?? []
  if (!expected.includes(true) || !expected.includes(false)) throw new Error('the question has one answer only')
  for (const { name, engine } of others) {
    const at = engine(resources).findIndex((allowed, index) => allowed !== expected[index])
    if (at !== -1) throw new Error(`${name} and ours differ over ${JSON.stringify(resources[at])}`)
  }
}
