import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account, given, region } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import fc from 'fast-check'

const arnOf = (name: string) => `arn:aws:ssm:${region}:${account}:parameter/${name}`

test('a parameter is put and read, by its name and by its ARN', async (t) => {
  const { root } = await given(t, { clock: new ManualClock() })
  const put = await root.call('ssm', 'PutParameter', { Name: ' /app/url ', Value: 'http://a', Type: 'String' })
  const byName = await root.call('ssm', 'GetParameter', { Name: '/app/url' })
  const byArn = await root.call('ssm', 'GetParameter', { Name: arnOf('app/url') })

  assert.deepEqual(put, { Version: 1, Tier: 'Standard' })
  assert.deepEqual(byName.Parameter, {
    Name: '/app/url',
    Type: 'String',
    Value: 'http://a',
    Version: 1,
    LastModifiedDate: new Date('2026-11-22T12:00:00Z'),
    ARN: arnOf('app/url'),
    DataType: 'text',
  })
  assert.deepEqual(byArn, byName)
})

test('what is put is what is read, and versions count up', async (t) => {
  const { root } = await given(t)
  let last = 0
  const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }).filter((text) => !text.includes('{{'))
  await fc.assert(
    fc.asyncProperty(value, async (Value) => {
      const { Version } = await root.call('ssm', 'PutParameter', { Name: 'p', Value, Type: 'String', Overwrite: true })
      assert.equal(Version, ++last)
      assert.equal((await root.call('ssm', 'GetParameter', { Name: 'p' })).Parameter?.Value, Value)
    }),
    { numRuns: 30, examples: [['a\0b'], [' {{ '], ['\ufeffa\r\n']] },
  )
})

test('an overwrite keeps what it does not speak of, and older versions are read by number and label', async (t) => {
  const { root } = await given(t)
  const Name = '/app/level'
  await root.call('ssm', 'PutParameter', {
    Name,
    Value: '1',
    Type: 'String',
    Description: 'how loud',
    AllowedPattern: '^\\d+$',
  })
  await root.call('ssm', 'PutParameter', { Name, Value: '2', Overwrite: true })
  await root.call('ssm', 'LabelParameterVersion', { Name, ParameterVersion: 1, Labels: ['stable'] })
  await assert.rejects(root.call('ssm', 'PutParameter', { Name, Value: 'x', Overwrite: true }), {
    code: 'ParameterPatternMismatchException',
  })
  const read = async (name: string) => (await root.call('ssm', 'GetParameter', { Name: name })).Parameter

  assert.deepEqual([(await read(Name))?.Value, (await read(Name))?.Selector], ['2', undefined])
  assert.deepEqual([(await read(`${Name}:1`))?.Value, (await read(`${Name}:1`))?.Selector], ['1', ':1'])
  assert.deepEqual([(await read(`${Name}:stable`))?.Value, (await read(`${Name}:stable`))?.Version], ['1', 1])
  await assert.rejects(read(`${Name}:3`), { code: 'ParameterVersionNotFound' })
  await assert.rejects(read(`${Name}:other`), { code: 'ParameterVersionNotFound' })
  await assert.rejects(read('/app'), { code: 'ParameterNotFound' })
  const [first, second, ...more] = (await root.call('ssm', 'GetParameterHistory', { Name })).Parameters ?? []
  assert.deepEqual([first?.Value, first?.Labels, first?.Description], ['1', ['stable'], 'how loud'])
  assert.deepEqual([second?.Value, second?.Labels, second?.Description], ['2', [], 'how loud'])
  assert.equal(second?.AllowedPattern, '^\\d+$')
  assert.equal(second?.LastModifiedUser, `arn:aws:iam::${account}:root`)
  assert.equal(more.length, 0)
})

test('several are read at once in alphabetical order, and those that are not there are told', async (t) => {
  const { root } = await given(t)
  for (const Name of ['b', '/a/b', 'c']) await root.call('ssm', 'PutParameter', { Name, Value: Name, Type: 'String' })
  const Names = ['c', 'b:1', 'b:7', 'none', '/a/b', '/c']
  const { Parameters = [], InvalidParameters } = await root.call('ssm', 'GetParameters', { Names })
  assert.deepEqual(
    Parameters.map(({ Value }) => Value),
    ['/a/b', 'b', 'c'],
  )
  assert.deepEqual(InvalidParameters, ['/c', 'b:7', 'none'])

  const gone = await root.call('ssm', 'DeleteParameters', { Names: ['b', 'none', '/a/b'] })
  assert.deepEqual(gone, { DeletedParameters: ['b', '/a/b'], InvalidParameters: ['none'] })
  await root.call('ssm', 'DeleteParameter', { Name: 'c' })
  await assert.rejects(root.call('ssm', 'DeleteParameter', { Name: 'c' }), { code: 'ParameterNotFound' })
  assert.deepEqual((await root.call('ssm', 'DescribeParameters', {})).Parameters, [])
})

test('a path shows what it holds, page by page, and with Recursive all that is below it', async (t) => {
  const { root } = await given(t)
  const names = ['/a/b/c', '/a/b/d', '/a/b/e/f', '/a/bb/x', '/a/z', 'top']
  for (const Name of names) await root.call('ssm', 'PutParameter', { Name, Value: Name, Type: 'String' })
  const below = async (Path: string, Recursive: boolean) => {
    const found: (string | undefined)[] = []
    let NextToken: string | undefined
    do {
      const page = await root.call('ssm', 'GetParametersByPath', { Path, Recursive, MaxResults: 2, NextToken })
      found.push(...(page.Parameters ?? []).map(({ Value }) => Value))
      NextToken = page.NextToken
    } while (NextToken !== undefined)
    return found
  }

  assert.deepEqual(await below('/a/b', false), ['/a/b/c', '/a/b/d'])
  assert.deepEqual(await below('/a/b/', true), ['/a/b/c', '/a/b/d', '/a/b/e/f'])
  assert.deepEqual(await below('/', true), names)
  assert.deepEqual(await below('/', false), ['top'])
  assert.deepEqual(await below('/a/z', true), [])
  await root.call('ssm', 'PutParameter', { Name: '/a/b/d', Value: 'newer', Overwrite: true })
  await root.call('ssm', 'LabelParameterVersion', { Name: '/a/b/d', ParameterVersion: 1, Labels: ['prod'] })
  const labelled = await root.call('ssm', 'GetParametersByPath', {
    Path: '/a',
    Recursive: true,
    ParameterFilters: [{ Key: 'Label', Values: ['prod'] }],
  })
  assert.deepEqual(
    labelled.Parameters?.map(({ Value, Version }) => [Value, Version]),
    [['/a/b/d', 1]],
  )
})

test('parameters are found by each filter, in both forms', async (t) => {
  const { root } = await given(t)
  const put = (Name: string, more: object) => root.call('ssm', 'PutParameter', { Name, Value: 'x', ...more } as never)
  await put('/a/one', { Type: 'String', Tags: [{ Key: 'team', Value: 'red' }] })
  await put('/a/b/two', { Type: 'StringList', Tier: 'Advanced' })
  await put('three', { Type: 'SecureString', Tags: [{ Key: 'team', Value: 'blue' }] })
  const found = async (filters: object) =>
    (await root.call('ssm', 'DescribeParameters', filters as never)).Parameters?.map(({ Name }) => Name)
  const by = (Key: string, Values: readonly string[] | undefined, Option?: string) =>
    found({ ParameterFilters: [{ Key, Option, Values }] })

  assert.deepEqual(await found({}), ['/a/b/two', '/a/one', 'three'])
  assert.deepEqual(await by('Name', ['/a/one', '/three']), ['/a/one', 'three'])
  assert.deepEqual(await by('Name', ['/a/one']), ['/a/one'])
  assert.deepEqual(await by('Name', ['/a/'], 'BeginsWith'), ['/a/b/two', '/a/one'])
  assert.deepEqual(await by('Name', ['e'], 'Contains'), ['/a/one', 'three'])
  assert.deepEqual(await by('Type', ['SecureString', 'StringList']), ['/a/b/two', 'three'])
  assert.deepEqual(await by('KeyId', ['alias/aws'], 'BeginsWith'), ['three'])
  assert.deepEqual(await by('Tier', ['Advanced']), ['/a/b/two'])
  assert.deepEqual(await by('DataType', ['text']), ['/a/b/two', '/a/one', 'three'])
  assert.deepEqual(await by('Path', ['/a']), ['/a/one'])
  assert.deepEqual(await by('Path', ['/a'], 'Recursive'), ['/a/b/two', '/a/one'])
  assert.deepEqual(await by('Path', ['/a/b', '/a'], 'OneLevel'), ['/a/b/two', '/a/one'])
  assert.deepEqual(await by('tag:team', ['red', 'green']), ['/a/one'])
  assert.deepEqual(await by('tag:team', undefined), ['/a/one', 'three'])
  assert.deepEqual(await found({ Filters: [{ Key: 'Type', Values: ['String'] }] }), ['/a/one'])
  assert.deepEqual(await found({ Filters: [{ Key: 'Name', Values: ['/a/', 'th'] }] }), ['/a/b/two', '/a/one', 'three'])
  assert.deepEqual(await found({ Filters: [{ Key: 'Name', Values: ['/a/b'] }] }), ['/a/b/two'])
  assert.deepEqual(await found({ Shared: true }), [])
  const both = { Filters: [{ Key: 'Name', Values: ['x'] }], ParameterFilters: [{ Key: 'Name', Values: ['x'] }] }
  await assert.rejects(found(both), { code: 'ValidationException' })
  await assert.rejects(by('Label', ['x']), { code: 'InvalidFilterKey' })
  await assert.rejects(by('Type', ['String'], 'Contains'), { code: 'InvalidFilterOption' })
  await assert.rejects(by('Name', undefined), { code: 'InvalidFilterValue' })
  await assert.rejects(by('Path', ['a']), { code: 'ValidationException' })
  const ofPath = { Path: '/', ParameterFilters: [{ Key: 'Name', Values: ['x'] }] }
  await assert.rejects(root.call('ssm', 'GetParametersByPath', ofPath), { code: 'InvalidFilterKey' })
  await assert.rejects(root.call('ssm', 'DescribeParameters', { NextToken: 'x' }), { code: 'InvalidNextToken' })
})

test('tags come with a parameter and through the operations on tags', async (t) => {
  const { root } = await given(t)
  const resource = { ResourceType: 'Parameter', ResourceId: '/a/b' } as const
  const first = { Key: 'a', Value: '1' }
  await root.call('ssm', 'PutParameter', { Name: '/a/b', Value: 'x', Type: 'String', Tags: [first] })
  await root.call('ssm', 'AddTagsToResource', { ...resource, Tags: [{ Key: 'b', Value: '2' }] })
  await root.call('ssm', 'RemoveTagsFromResource', { ...resource, TagKeys: ['a'] })

  const { TagList } = await root.call('ssm', 'ListTagsForResource', resource)
  assert.deepEqual(TagList, [{ Key: 'b', Value: '2' }])
  await root.call('ssm', 'DeleteParameter', { Name: '/a/b' })
  await assert.rejects(root.call('ssm', 'ListTagsForResource', resource), { code: 'InvalidResourceId' })
})

test('labels move between versions, ten at most, and those that are none are told', async (t) => {
  const { root } = await given(t)
  const Name = 'p'
  await root.call('ssm', 'PutParameter', { Name, Value: '1', Type: 'String' })
  await root.call('ssm', 'PutParameter', { Name, Value: '2', Overwrite: true })
  const label = (Labels: readonly string[], ParameterVersion?: number) =>
    root.call('ssm', 'LabelParameterVersion', { Name, Labels, ParameterVersion })
  const labels = async () =>
    (await root.call('ssm', 'GetParameterHistory', { Name })).Parameters?.map(({ Labels }) => Labels)

  assert.deepEqual(await label(['prod', '1st', 'AWS-x', 'ssm', 'a b', 'test'], 1), {
    InvalidLabels: ['1st', 'AWS-x', 'ssm', 'a b'],
    ParameterVersion: 1,
  })
  assert.deepEqual(await label(['prod']), { ParameterVersion: 2 })
  assert.deepEqual(await labels(), [['test'], ['prod']])
  await label(Array.from({ length: 9 }, (_, n) => `l${n}`))
  await assert.rejects(label(['one-more']), { code: 'ParameterVersionLabelLimitExceeded' })
  await assert.rejects(label(['x'], 3), { code: 'ParameterVersionNotFound' })
  const unlabel = { Name, ParameterVersion: 1, Labels: ['test', 'prod'] }
  assert.deepEqual(await root.call('ssm', 'UnlabelParameterVersion', unlabel), {
    RemovedLabels: ['test'],
    InvalidLabels: ['prod'],
  })
  await assert.rejects(root.call('ssm', 'UnlabelParameterVersion', { ...unlabel, ParameterVersion: 9 }), {
    code: 'ParameterVersionNotFound',
  })
})

test('a hundred versions are kept, and the oldest stays while it has a label', async (t) => {
  const { root } = await given(t)
  const Name = 'p'
  const put = (Value: string) => root.call('ssm', 'PutParameter', { Name, Value, Type: 'String', Overwrite: true })
  for (let n = 1; n <= 101; n++) await put(`${n}`)
  await assert.rejects(root.call('ssm', 'GetParameter', { Name: 'p:1' }), { code: 'ParameterVersionNotFound' })
  const first = await root.call('ssm', 'GetParameterHistory', { Name, MaxResults: 50 })
  const second = await root.call('ssm', 'GetParameterHistory', { Name, MaxResults: 50, NextToken: first.NextToken })
  assert.deepEqual([first.Parameters?.[0]?.Version, second.Parameters?.at(-1)?.Version], [2, 101])
  assert.equal(second.NextToken, undefined)

  await root.call('ssm', 'LabelParameterVersion', { Name, ParameterVersion: 2, Labels: ['kept'] })
  await assert.rejects(put('more'), { code: 'ParameterMaxVersionLimitExceeded' })
  await root.call('ssm', 'UnlabelParameterVersion', { Name, ParameterVersion: 2, Labels: ['kept'] })
  assert.equal((await put('more')).Version, 102)
})

test('callers who overwrite at once get a version each', async (t) => {
  const { root } = await given(t)
  await root.call('ssm', 'PutParameter', { Name: 'p', Value: '0', Type: 'String' })
  const outcomes = await Promise.all(
    [1, 2, 3, 4].map((n) => root.call('ssm', 'PutParameter', { Name: 'p', Value: `${n}`, Overwrite: true })),
  )
  assert.deepEqual(outcomes.map(({ Version }) => Version).sort(), [2, 3, 4, 5])
})
