import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { after, describe, test } from 'node:test'
import { saidOf } from '@fairlead/testkit/any-operation'
import { type ConstraintCase, constraintCases } from '@fairlead/testkit/constraints/constraint-cases'
import { triedElsewhere } from '@fairlead/testkit/constraints/tried-elsewhere'
import { runServer } from '@fairlead/testkit/running-server'
import { codecs, type ServiceId } from '@fairlead/wire/codec'
import { operations } from '../packages/server/src/operations/registry.ts'

/** On so many connections at once. */
const connections = 8

describe('every constraint of the model', async () => {
  const server = await runServer({ after })
  const client = server.client()
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  after(() => agent.destroy())

  const services = new Set([...operations.values()].map(({ service }) => service))
  for (const service of services) {
    const keys = [...operations.keys()].filter((key) => key.startsWith(`${service}:`) && !(key in triedElsewhere))
    const cases = keys.flatMap(constraintCases)

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
    const untried = [...operations.keys()].filter(
      (key) => !(key in triedElsewhere) && constraintCases(key).length === 0,
    )
    const withInput = untried.filter((key) => {
      const [service = '', name = ''] = key.split(':')
      return codecs[service as ServiceId].operation(name)?.redact({ Any: 1 }) === undefined
    })
    assert.deepEqual(withInput, [])
    for (const key of Object.keys(triedElsewhere)) assert.ok(operations.has(key), `${key} is not served`)
  })
})

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
