import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { after, describe, test } from 'node:test'
import { saidOf } from '@fairlead/testkit/any-operation'
import { type ConstraintCase, constraintCases } from '@fairlead/testkit/constraints/constraint-cases'
import { runServer } from '@fairlead/testkit/running-server'
import { codecs, type ServiceId } from '@fairlead/wire/codec'
import { serviceModel } from '@fairlead/wire/service-models'
import { operations } from '../packages/server/src/operations/registry.ts'

/** Whose input cannot be tried as others' can; each with the reason. */
const elsewhere: Readonly<Record<string, string>> = {
  'iam:ChangePassword': 'may be tried ten times at once, wrong or right (gateway/guess-limit.test.ts)',
  'ssm:RequestManagedInstanceRoleToken': "is signed with a node's key (operations/ssm/registration.test.ts)",
  'ssm:UpdateManagedInstancePublicKey': "is signed with a node's key (operations/ssm/key-rotation.test.ts)",
  'ssm:RegisterManagedInstance': 'strangers are slowed down after 500 wrong ones (operations/ssm/registration.test.ts)',
  'sts:AssumeRoleWithWebIdentity':
    'strangers are slowed down after 500 wrong ones (operations/sts/web-identity.test.ts)',
  'ssmmessages:OpenControlChannel': 'is the first frame of a websocket (channels/control-channel.test.ts)',
  'ssmmessages:OpenDataChannel': 'is the first frame of a websocket (channels/sessions/relay-tokens.test.ts)',
}

/** On so many connections at once. */
const connections = 8

describe('every constraint of the model', async () => {
  const server = await runServer({ after })
  const client = server.client()
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  after(() => agent.destroy())

  const services = new Set([...operations.values()].map(({ service }) => service))
  for (const service of services) {
    const keys = [...operations.keys()].filter((key) => key.startsWith(`${service}:`) && !(key in elsewhere))
    const cases = keys.flatMap(constraintCases).filter((one) => !(one.outcome === 'mistyped' && isInUrl(one)))

    test(`holds for ${cases.length} inputs of ${keys.length} operations of ${service}`, async () => {
      const wrong: string[] = []
      await inParallel(cases, async (one) => {
        const said = await saidOf(client, one.operation, one.input, { agent })
        const expected = expectation(one, service)
        if (!expected.test(`${said.status} ${said.code} ${said.message}`)) {
          wrong.push(`${one.title}: ${said.status} ${said.code} ${said.message.slice(0, 300)}`)
        }
      })
      assert.deepEqual(wrong, [])
    })
  }

  test('is tried on every operation that is served, or there is a reason', () => {
    const untried = [...operations.keys()].filter((key) => !(key in elsewhere) && constraintCases(key).length === 0)
    const withInput = untried.filter((key) => {
      const [service = '', name = ''] = key.split(':')
      return codecs[service as ServiceId].operation(name)?.redact({ Any: 1 }) === undefined
    })
    assert.deepEqual(withInput, [])
    for (const key of Object.keys(elsewhere)) assert.ok(operations.has(key), `${key} is not served`)
  })
})

/** Of a text and a number in a path or a query string nobody can tell which was meant. */
function isInUrl({ operation, place }: ConstraintCase): boolean {
  const [service = '', name = ''] = operation.split(':')
  const { operations: rows, shapes } = serviceModel(service as ServiceId)
  const member = `${place.charAt(0).toUpperCase()}${place.slice(1)}`
  const reference = shapes[rows[name]?.input ?? '']?.members?.[member]
  return typeof reference === 'object' && reference.location !== undefined
}

/** What `STATUS CODE MESSAGE` must look like. */
function expectation({ outcome, place }: ConstraintCase, service: ServiceId): RegExp {
  const isQuery = codecs[service].protocol === 'query'
  const at = `at '${place.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`
  const refused = `${isQuery ? 'ValidationError' : 'ValidationException'} \\d+ validation errors? detected: .*${at}`
  if (outcome === 'refused') return new RegExp(`^400 ${refused}`, 's')
  if (outcome === 'mistyped') return new RegExp(`^400 ${isQuery ? 'MalformedInput' : 'SerializationException'} `)
  return new RegExp(`^(?!\\d+ (?:SerializationException|MalformedInput) |\\d+ ${refused})[234]`, 's')
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const rest = items.values()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (const item of rest) await work(item)
    }),
  )
}
