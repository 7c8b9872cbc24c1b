import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codecs } from '@fairlead/wire/codec'
import { stsOperations } from '../sts/registry.ts'
import { iamOperations } from './registry.ts'

test('every operation is one that the model knows, under its own name and action', () => {
  for (const { service, name, action } of [...iamOperations, ...stsOperations]) {
    assert.equal(codecs[service].operation(name)?.name, name)
    assert.equal(action, `${service}:${name}`)
  }
})

test('no operation is registered twice', () => {
  const names = iamOperations.map(({ name }) => name)
  assert.equal(new Set(names).size, names.length)
})
