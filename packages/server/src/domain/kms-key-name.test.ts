import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readKeyName } from './kms-key-name.ts'

const scope = { account: '123456789012', region: 'us-east-1' }
const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab'
const here = 'arn:aws:kms:us-east-1:123456789012:'

test('a key is named by its id, its ARN, an alias, or the ARN of an alias', () => {
  const key = { kind: 'key', keyId, arn: `${here}key/${keyId}`, isOurs: true }
  const alias = { kind: 'alias', aliasName: 'alias/a/b', arn: `${here}alias/a/b`, isOurs: true }

  assert.deepEqual(readKeyName(keyId, scope), key)
  assert.deepEqual(readKeyName(`${here}key/${keyId}`, scope), key)
  assert.deepEqual(readKeyName('alias/a/b', scope), alias)
  assert.deepEqual(readKeyName(`${here}alias/a/b`, scope), alias)
})

test('a key of another account or region is not ours', () => {
  for (const place of ['arn:aws:kms:us-east-1:210987654321:', 'arn:aws:kms:eu-west-1:123456789012:']) {
    assert.equal(readKeyName(`${place}key/${keyId}`, scope)?.isOurs, false)
    assert.equal(readKeyName(`${place}alias/a`, scope)?.isOurs, false)
  }
})

test('anything else names no key', () => {
  for (const wrong of [
    '',
    'a',
    'alias/',
    'alias/ä',
    keyId.toUpperCase(),
    `${here}key/a`,
    `${here}grant/${keyId}`,
    `key/${keyId}`,
  ])
    assert.equal(readKeyName(wrong, scope), undefined, wrong)
  assert.equal(readKeyName(`arn:aws:kms:us-east-1:1:key/${keyId}`, scope), undefined)
  assert.equal(readKeyName(`alias/${'a'.repeat(251)}`, scope), undefined)
})
