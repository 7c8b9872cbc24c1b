import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codecs } from '../codecs.ts'
import { compilePattern } from '../pattern.ts'
import { serviceIds, serviceModel } from '../service-models.ts'
import { mergeModels } from './merge-models.ts'
import type { Model, ModelReference, ModelShape } from './model.ts'

const models = serviceIds.map((service) => ({ service, model: serviceModel(service) }))
const shapes = models.flatMap(({ service, model }) => {
  return Object.entries(model.shapes).map(([name, shape]) => ({ service, name, shape }))
})

test('every operation that AWS and its agent know is in the tables', () => {
  const counts = Object.fromEntries(serviceIds.map((service) => [service, codecs[service].operationNames.length]))
  assert.deepEqual(counts, {
    ssm: 146 + 8,
    iam: 176,
    sts: 11,
    kms: 54,
    'resource-groups': 23,
    ec2messages: 6,
    ssmmessages: 4,
    fairlead: 7,
  })
})

test('every operation compiles', () => {
  for (const { operationNames, operation } of Object.values(codecs)) {
    for (const name of operationNames) assert.equal(operation(name)?.name, name)
  }
})

test('every pattern compiles', () => {
  for (const { name, shape } of shapes) {
    if (shape.pattern !== undefined) assert.doesNotThrow(() => compilePattern(shape.pattern ?? ''), name)
  }
})

test('every shape that is named is there', () => {
  for (const { service, model } of models) {
    const named = [
      ...Object.values(model.operations).flatMap(({ input, output }) => [input, output]),
      ...Object.values(model.shapes).flatMap(partsOf),
    ]
    for (const name of named) assert.ok(name === undefined || Object.hasOwn(model.shapes, name), `${service} ${name}`)
  }
})

test('every required member is a member', () => {
  for (const { name, shape } of shapes) {
    for (const member of shape.required ?? [])
      assert.ok(Object.hasOwn(shape.members ?? {}, member), `${name}.${member}`)
  }
})

test('every error that an operation may answer has a status', () => {
  for (const { service, model } of models) {
    for (const [name, { errors }] of Object.entries(model.operations)) {
      for (const code of errors) assert.ok(Object.hasOwn(model.errors, code), `${service}:${name} ${code}`)
    }
  }
})

// Members are read from parsed JSON by plain look-up, which would find what every object inherits.
test('no member has the name of something that every object has', () => {
  for (const { name, shape } of shapes) {
    for (const member of Object.keys(shape.members ?? {})) assert.ok(!(member in {}), `${name}.${member}`)
  }
})

test('two tables that define the same operation are not merged', () => {
  const model: Model = serviceModel('ec2messages')
  assert.throws(() => mergeModels(model, model), /operations has GetMessages twice/)
})

function partsOf({ members = {}, member, key, value }: ModelShape): string[] {
  const parts: (ModelReference | undefined)[] = [...Object.values(members), member, key, value]
  return parts.flatMap((part) => (part === undefined ? [] : [typeof part === 'string' ? part : part.shape]))
}
