import { randomBytes } from 'node:crypto'
import { elementOf } from '@fairlead/testkit/api-client'
import { registerFleet } from '@fairlead/testkit/fleet'
import { codecs, type InputOf, type Operations, type ServiceCodec } from '@fairlead/wire/codec'
import type { RawRequest } from '@fairlead/wire/sigv4'
import { Authenticator } from '../packages/server/src/gateway/authenticate.ts'
import { Authorizer } from '../packages/server/src/gateway/authorize.ts'
import { SessionTokens } from '../packages/server/src/gateway/session-token.ts'
import { operations } from '../packages/server/src/operations/registry.ts'
import { openStore } from '../packages/server/src/store/open-store.ts'
import type { PolicyQuestion } from './policy-question.ts'
import { region, startServer } from './server-process.ts'
import { signedRequest } from './signed-request.ts'
import { type Spread, spreadOf } from './statistics.ts'
import { Workbench } from './workbench.ts'

/** Microseconds of CPU, all threads, from a signed request to the word that it may, and the first half of it. */
export interface RequestCost {
  readonly operation: string
  readonly both: Spread
  readonly authentication: Spread
}

type Ask = (times: number, withAuthorization: boolean) => Promise<void>

/** What authentication and authorisation cost the gateway, by its own parts on the store of a real server. */
export async function requestCosts({ policyText }: PolicyQuestion, quick: boolean): Promise<readonly RequestCost[]> {
  const bench = new Workbench()
  const dataDir = bench.folder()
  const setting = new Workbench()
  try {
    const server = await startServer(setting, { profile: undefined }, dataDir)
    const [node] = await registerFleet(server.root, {
      url: server.url,
      region,
      count: 1,
      tags: { Finance: 'WebServers' },
    })
    const InstanceIds = [node?.nodeId ?? '']
    const { root } = server
    await root.query('iam', 'CreateUser', { UserName: 'alice' })
    const policy = await root.query('iam', 'CreatePolicy', { PolicyName: 'operations', PolicyDocument: policyText })
    await root.query('iam', 'AttachUserPolicy', { UserName: 'alice', PolicyArn: elementOf(policy, 'Arn') ?? '' })
    const key = await root.query('iam', 'CreateAccessKey', { UserName: 'alice' })
    const alice = {
      accessKeyId: elementOf(key, 'AccessKeyId') ?? '',
      secretAccessKey: elementOf(key, 'SecretAccessKey') ?? '',
    }
    const send = { DocumentName: 'AWS-RunShellScript', InstanceIds, Parameters: { commands: ['uptime'] } }
    const get = { CommandId: randomUuid, InstanceId: InstanceIds[0] ?? '' }
    const requests = {
      SendCommand: signedRequest(server.url, alice, 'SendCommand', send),
      GetCommandInvocation: signedRequest(server.url, alice, 'GetCommandInvocation', get),
    }
    await setting.clear()
    const gate = await openGate(bench, dataDir)
    const costs: RequestCost[] = []
    for (const [operation, bytes] of Object.entries(requests)) {
      const ask = gate(operation, bytes)
      const count = quick ? 1_000 : 5_000
      await ask(2 * count, true)
      const both = await spreadOfCost(ask, count, true)
      costs.push({ operation, both, authentication: await spreadOfCost(ask, count, false) })
    }
    return costs
  } finally {
    await setting.clear()
    await bench.clear()
  }
}

const randomUuid = '01234567-89ab-4cde-8f01-23456789abcd'

async function spreadOfCost(ask: Ask, count: number, withAuthorization: boolean): Promise<Spread> {
  const costs: number[] = []
  for (let round = 0; round < 5; round++) {
    const before = process.cpuUsage()
    await ask(count, withAuthorization)
    const { user, system } = process.cpuUsage(before)
    costs.push((user + system) / count)
  }
  return spreadOf(costs)
}

/** The steps of the gateway between the routed request and the operation. */
async function openGate(bench: Workbench, dataDir: string) {
  const now = () => new Date()
  const scope = { account: '123456789012', region }
  const settings = { dataDir, masterKey: undefined, scope, now, randomBytes: (length: number) => randomBytes(length) }
  const { store, database, vault } = await openStore({ ...settings, announce: () => undefined })
  bench.later(() => database.close())
  const sessionTokens = new SessionTokens(vault, (length) => randomBytes(length).toString('hex'))
  const authenticator = new Authenticator({ store, scope, sessionTokens, now })
  const authorizer = new Authorizer(store)
  return (name: string, bytes: Buffer): Ask => {
    const operation = operations.get(`ssm:${name}`)
    if (operation === undefined) throw new Error(`${name} is not served`)
    const { raw, body } = parsed(bytes)
    const input = JSON.parse(body.toString()) as InputOf<'ssm', keyof Operations['ssm'] & string>
    const codec: ServiceCodec = codecs.ssm
    return async (times, withAuthorization) => {
      for (let done = 0; done < times; done++) {
        const caller = await authenticator.authenticate({ raw, body, codec, authentication: 'signature' })
        if (!withAuthorization) continue
        const facts = { scope, sourceIp: '10.20.30.40', secure: true, userAgent: 'aws-cli/2.0', receivedAt: now() }
        const keys = operation.requestContext?.(input as never) ?? {}
        const asked = { caller, action: operation.action, facts, keys, protocol: codec.protocol }
        await authorizer.require(asked, operation.resources(input as never, scope, caller))
      }
    }
  }
}

function parsed(bytes: Buffer): { readonly raw: RawRequest; readonly body: Buffer } {
  const end = bytes.indexOf('\r\n\r\n')
  const [first = '', ...lines] = bytes.subarray(0, end).toString().split('\r\n')
  const [method = '', target = ''] = first.split(' ')
  const rawHeaders = lines.flatMap((line) => {
    const colon = line.indexOf(': ')
    return [line.slice(0, colon), line.slice(colon + 2)]
  })
  return { raw: { method, target, rawHeaders }, body: bytes.subarray(end + 4) }
}
