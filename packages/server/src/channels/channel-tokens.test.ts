import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ControlChannelTokens } from './channel-tokens.ts'

function givenTokens() {
  let [made, now] = [0, 0]
  const parts = { ticks: () => now, random: () => `token-${++made}`, hash: (text: string) => `#${text}` }
  const pass = (ms: number) => {
    now += ms
  }
  return { tokens: new ControlChannelTokens(parts), pass }
}

test('a node that asks for token after token uses up nobody’s but its own', () => {
  const { tokens } = givenTokens()
  const other = tokens.issue('mi-other')
  let latest = ''
  for (let times = 0; times < 60_000; times++) latest = tokens.issue('mi-flood')
  assert.equal(tokens.redeem('mi-other', other), true)
  assert.equal(tokens.redeem('mi-flood', 'token-2'), false)
  assert.equal(tokens.redeem('mi-flood', latest), true)
})

test('a token is good once, for a minute, and for its node', () => {
  const { tokens, pass } = givenTokens()
  const [first, second, third] = [tokens.issue('mi-1'), tokens.issue('mi-1'), tokens.issue('mi-1')]
  assert.equal(tokens.redeem('mi-2', first), false)
  assert.equal(tokens.redeem('mi-1', first), false, 'it was shown by another')
  assert.equal(tokens.redeem('mi-1', second), true)
  assert.equal(tokens.redeem('mi-1', second), false)
  pass(60_000)
  assert.equal(tokens.redeem('mi-1', third), false)
})

test('a node that is gone opens nothing, and others do', () => {
  const { tokens } = givenTokens()
  const [gone, here] = [tokens.issue('mi-1'), tokens.issue('mi-2')]
  tokens.revoke('mi-1')
  assert.deepEqual([tokens.redeem('mi-1', gone), tokens.redeem('mi-2', here)], [false, true])
})
