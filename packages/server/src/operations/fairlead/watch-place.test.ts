import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codecs } from '@fairlead/wire/codec'
import { firstPlace, readWatchToken, watchToken } from './watch-place.ts'

test('the token of a command on a million nodes is taken when it comes back', () => {
  const nodes = 1_000_000
  const commandId = '01234567-89ab-4cde-8f01-23456789abcd'
  const place = firstPlace(nodes)
  for (let node = 256; node < nodes; node++) place.told.add(node)
  for (let node = 0; node < 256; node++) place.read.set(node, { step: 999, stdout: 1e12, stderr: 1e12 })
  const token = watchToken(commandId, place)
  const body = Buffer.from(JSON.stringify({ CommandId: commandId, NextToken: token }))
  codecs.fairlead.operation('WatchCommand')?.decode(body)
  const { told, read } = readWatchToken(token, commandId, nodes)
  assert.equal(told.count, nodes - 256)
  assert.deepEqual(read, place.read)
})
