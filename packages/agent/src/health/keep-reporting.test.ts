import assert from 'node:assert/strict'
import { test } from 'node:test'
import { givenAgent } from '@fairlead/testkit/given-agent'

test('health tells what the node runs', async (t) => {
  const { server } = await givenAgent(t)

  const { input } = await server.until('the report', () =>
    server.calls.find((call) => call.operation === 'UpdateInstanceInformation'),
  )

  assert.equal(input['InstanceId'], server.nodeId)
  assert.equal(input['AgentName'], 'fairlead-agent')
  assert.match(String(input['AgentVersion']), /^\d+\.\d+\.\d+$/)
})

test('a report of health that the server does not take is made again without waiting for the next', async (t) => {
  const { server, restart } = await givenAgent(t)
  const reports = () => server.calls.filter((call) => call.operation === 'UpdateInstanceInformation').length
  await server.until('a report', () => reports() > 0)
  const before = reports()
  server.answers.set('UpdateInstanceInformation', () => {
    if (reports() > before + 1) server.answers.delete('UpdateInstanceInformation')
    return 'InternalServerError'
  })
  const healthEveryMs = 60 * 60_000
  await restart({ speed: 100, timings: { healthEveryMs } })

  // Two that fail and one that does not: a minute after each other at most, where an hour would be 36 seconds here.
  await server.until('a report that is taken', () => reports() > before + 2)
})
