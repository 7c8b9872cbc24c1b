import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mustMask } from './websocket-mask.ts'

test('only what a proxy could read is masked', () => {
  for (const url of [
    'wss://example.com/v1',
    'ws://127.0.0.1:7070/',
    'ws://127.8.9.10/',
    'ws://localhost/',
    'ws://[::1]/',
  ])
    assert.equal(mustMask(new URL(url)), false, url)
  for (const url of [
    'ws://example.com/',
    'ws://10.0.0.1/',
    'ws://localhost.example.com/',
    'ws://127.0.0.1.example.com/',
  ])
    assert.equal(mustMask(new URL(url)), true, url)
})
