import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeTags, readTags, requestTagKeys, withoutTags, withTags } from './tags.ts'

test('a tag whose key differs in case only takes the place of the old one', () => {
  assert.deepEqual(withTags({ Department: 'foo', Team: 'a' }, { department: 'bar' }), { Team: 'a', department: 'bar' })
  assert.deepEqual(withoutTags({ Department: 'foo', Team: 'a' }, ['DEPARTMENT', 'none']), { Team: 'a' })
})

test('a fifty-first tag is refused, another value for one of fifty is not', () => {
  const fifty = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`key${index}`, 'v']))

  assert.equal(withTags(fifty, { KEY7: 'w' })['KEY7'], 'w')
  assert.throws(() => withTags(fifty, { another: 'v' }), { code: 'LimitExceeded' })
})

test('keys that repeat in another case and keys of AWS are refused', () => {
  const tag = (Key: string) => ({ Key, Value: 'v' })

  assert.throws(() => readTags([tag('a'), tag('A')]), { code: 'InvalidInput' })
  assert.throws(() => readTags([tag('AWS:cloudformation')]), { code: 'InvalidInput' })
  assert.deepEqual(readTags([tag('awsome')]), { awsome: 'v' })
})

test('a tag named __proto__ is a tag', () => {
  const tags = readTags([{ Key: '__proto__', Value: 'v' }])

  assert.deepEqual(Object.entries(withTags({}, tags)), [['__proto__', 'v']])
})

test('a request without tags has no tag keys, since Null can tell', () => {
  assert.deepEqual(requestTagKeys(undefined), {})
  assert.deepEqual(requestTagKeys([{ Key: 'a', Value: '1' }]), { 'aws:RequestTag/a': '1', 'aws:TagKeys': ['a'] })
})

test('a change is made again on what somebody else left, and given up when there is no end to it', async () => {
  const states = [{ tags: { a: '1' } }, { tags: { a: '1', b: '2' } }]
  let reads = 0
  const find = async () => states[Math.min(reads++, 1)] ?? { tags: {} }
  const saved: object[] = []

  await changeTags(
    find,
    (tags) => ({ ...tags, c: '3' }),
    async (read, next) => {
      if (read === states[0]) return false
      saved.push(next)
      return true
    },
  )
  assert.deepEqual(saved, [{ a: '1', b: '2', c: '3' }])

  await assert.rejects(
    changeTags(
      find,
      (tags) => tags,
      async () => false,
    ),
    { code: 'ConcurrentModification' },
  )
})
