import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseOsRelease, readPlatform } from './platform.ts'

test('os-release is read with and without quotes', () => {
  const text = 'PRETTY_NAME="X 1"\nNAME="Debian GNU/Linux"\nVERSION_ID=12\nID=debian\n'
  assert.deepEqual(parseOsRelease(text), { NAME: 'Debian GNU/Linux', VERSION_ID: '12' })
  assert.deepEqual(parseOsRelease(''), {})
})

test('every fact of this machine is there', () => {
  for (const [name, value] of Object.entries(readPlatform())) assert.notEqual(value, '', name)
})
