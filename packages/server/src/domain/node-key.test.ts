import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { readNodeKey } from './node-key.ts'

const spki = { type: 'spki', format: 'der' } as const
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
const text = rsa.export(spki).toString('base64')

test('an RSA key of 2048 bits is read, and is the 392 characters that agents send', () => {
  assert.equal(readNodeKey(text), text)
  assert.equal(text.length, 392)
})

test('one key has one spelling', () => {
  const spaced = `${text.slice(0, 64)}\n${text.slice(64)}\n`
  assert.equal(readNodeKey(spaced), text)
})

test('a key that is too short, or of another kind, is none', () => {
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
  const edwards = generateKeyPairSync('ed25519').publicKey
  for (const key of [short, curve, edwards]) {
    assert.equal(readNodeKey(key.export(spki).toString('base64')), undefined)
  }
})

test('a key whose exponent would make every signature right is none', () => {
  const exponentOne = Buffer.from(text, 'base64')
  exponentOne.set([0, 0, 1], exponentOne.length - 3)
  assert.equal(readNodeKey(exponentOne.toString('base64')), undefined)
})

test('a private key, a PEM, a part of a key and garbage are none', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const wrong = [
    privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    rsa.export({ type: 'spki', format: 'pem' }).toString(),
    text.slice(0, 300),
    'x'.repeat(392),
    'A'.repeat(100_000),
    '',
  ]
  for (const one of wrong) assert.equal(readNodeKey(one), undefined, one.slice(0, 30))
})
