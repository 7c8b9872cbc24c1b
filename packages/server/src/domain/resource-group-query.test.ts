import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asksFor, readGroupQuery } from './resource-group-query.ts'

const query = (members: object) => readGroupQuery(JSON.stringify(members))
const all = ['AWS::AllSupported']

test('a query is read with its tags, and a tag without values takes any', () => {
  assert.deepEqual(
    query({ ResourceTypeFilters: all, TagFilters: [{ Key: 'Stage', Values: ['Test', 'Dev'] }, { Key: 'Team' }] }),
    {
      resourceTypes: all,
      tagFilters: [
        { key: 'Stage', values: ['Test', 'Dev'] },
        { key: 'Team', values: [] },
      ],
    },
  )
})

test('what is no query is told with what is wrong', () => {
  const wrong: [string | object, RegExp][] = [
    ['{', /not a JSON object/],
    ['[]', /not a JSON object/],
    ['null', /not a JSON object/],
    [{ TagFilters: [] }, /ResourceTypeFilters/],
    [{ ResourceTypeFilters: [1] }, /ResourceTypeFilters/],
    [{ ResourceTypeFilters: all, StackIdentifier: 'x' }, /unknown member StackIdentifier/],
    [{ ResourceTypeFilters: all, TagFilters: {} }, /must be a list/],
    [{ ResourceTypeFilters: all, TagFilters: [null] }, /must have a Key/],
    [{ ResourceTypeFilters: all, TagFilters: [{ Key: '' }] }, /must have a Key/],
    [{ ResourceTypeFilters: all, TagFilters: [{ Key: 'a', Values: 'b' }] }, /Values of a/],
    [{ ResourceTypeFilters: all, TagFilters: [{ Key: 'a', Values: Array(21).fill('b') }] }, /Values of a/],
    [{ ResourceTypeFilters: all, TagFilters: Array(51).fill({ Key: 'a' }) }, /must be a list/],
  ]
  for (const [text, reason] of wrong) {
    const found = typeof text === 'string' ? readGroupQuery(text) : query(text)
    assert.ok(typeof found === 'string' && reason.test(found), JSON.stringify([text, found]).slice(0, 200))
  }
})

test('types are asked for by name in any case, or all at once', () => {
  const of = (...resourceTypes: string[]) => ({ resourceTypes, tagFilters: [] })
  assert.equal(asksFor(of('AWS::EC2::INSTANCE'), 'AWS::EC2::Instance'), true)
  assert.equal(asksFor(of('AWS::S3::Bucket'), 'AWS::EC2::Instance'), false)
  assert.equal(asksFor(of('AWS::AllSupported'), 'AWS::SSM::ManagedInstance'), true)
})
