import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileCondition } from './condition.ts'
import { type ContextValue, contextOf } from './context.ts'

type Row = readonly [
  operator: string,
  values: string | readonly string[],
  given: ContextValue | undefined,
  expected: boolean,
]

function holds(operator: string, values: string | readonly string[], given: ContextValue | undefined): boolean {
  const source = { operator, key: 'aws:PrincipalTag/k', values: typeof values === 'string' ? [values] : values }
  const condition = compileCondition(source, true)
  assert.ok(condition, operator)
  return condition.holds(contextOf({ 'AWS:principaltag/K': given, 'aws:username': 'alice' }))
}

const rows: readonly Row[] = [
  ['StringEquals', 'Ops', 'Ops', true],
  ['stringequals', 'Ops', 'Ops', true],
  ['StringEquals', 'Ops', 'ops', false],
  ['StringEquals', ['a', 'b'], 'b', true],
  ['StringEquals', 'O*', 'Ops', false],
  ['StringEquals', 'Ops', undefined, false],
  ['StringEquals', '', '', true],
  ['StringEquals', `\${aws:username}`, 'alice', true],
  ['StringEquals', `\${aws:userid}`, 'alice', false],
  ['StringNotEquals', 'Ops', 'Ops', false],
  ['StringNotEquals', 'Ops', undefined, true],
  ['StringNotEquals', ['a', 'b'], 'b', false],
  ['StringNotEquals', ['a', 'b'], 'c', true],
  ['StringNotEquals', `\${aws:userid}`, 'alice', true],
  ['StringEqualsIgnoreCase', 'OPS', 'ops', true],
  ['StringEqualsIgnoreCase', `\${aws:username}`, 'ALICE', true],
  ['StringNotEqualsIgnoreCase', 'OPS', 'ops', false],
  ['StringLike', 'we?', 'web', true],
  ['StringLike', 'we?', 'webb', false],
  ['StringLike', '*', '', true],
  ['StringLike', '*', undefined, false],
  ['StringLike', 'WEB*', 'web1', false],
  ['StringNotLike', 'web*', 'web1', false],
  ['StringNotLike', 'web*', 'db', true],
  ['StringLikeIfExists', 'web*', undefined, true],
  ['StringLikeIfExists', 'web*', 'db', false],
  ['StringNotLikeIfExists', 'web*', 'web1', false],

  ['NumericEquals', '10', '10.0', true],
  ['NumericEquals', '10', '+010', true],
  ['NumericEquals', '-0', '0', true],
  ['NumericEquals', '9007199254740993', '9007199254740992', false],
  ['NumericEquals', '10', 'ten', false],
  ['NumericEquals', '10', '', false],
  ['NumericEquals', 'ten', 'ten', false],
  ['NumericNotEquals', '10', '11', true],
  ['NumericNotEquals', '10', undefined, true],
  ['NumericLessThan', '10', '9.99', true],
  ['NumericLessThan', '10', '10', false],
  ['NumericLessThan', '-5', '-10', true],
  ['NumericLessThan', '0.5', '0.25', true],
  ['NumericLessThanEquals', '10', '10', true],
  ['NumericGreaterThan', '10', '9', false],
  ['NumericGreaterThan', '10', '100', true],
  ['NumericGreaterThanEquals', '10', '10', true],
  ['NumericGreaterThan', '10', undefined, false],
  ['NumericLessThanIfExists', '10', undefined, true],

  ['DateEquals', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00', true],
  ['DateEquals', '2026-01-01', '1767225600', true],
  ['DateEquals', '2026-01', '2026-01-01T00:00Z', true],
  ['DateNotEquals', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', false],
  ['DateLessThan', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59.999Z', true],
  ['DateLessThan', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', false],
  ['DateLessThanEquals', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', true],
  ['DateGreaterThan', '1735689600', '2026-01-01T00:00:00Z', true],
  ['DateGreaterThanEquals', '2026-01-01T00:00:00Z', 'yesterday', false],
  ['DateLessThan', '2026-02-30', '2020-01-01', false],
  ['DateLessThan', '2026-13-01', '2020-01-01', false],
  ['DateLessThan', '2024-02-29T24:00:00Z', '2020-01-01', false],
  ['DateGreaterThan', '2020-01-01', '2024-02-29', true],

  ['Bool', 'true', 'True', true],
  ['Bool', 'TRUE', 'true', true],
  ['Bool', 'false', 'true', false],
  ['Bool', 'true', undefined, false],
  ['Bool', 'yes', 'yes', false],
  ['BoolIfExists', 'true', undefined, true],

  ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5', true],
  ['BinaryEquals', 'QQ==', 'QR==', true],
  ['BinaryEquals', 'QmluYXJ5', 'AAAA', false],
  ['BinaryEquals', 'QmluYXJ5', 'not base64', false],

  ['IpAddress', '10.0.0.0/8', '10.255.1.2', true],
  ['IpAddress', '10.0.0.0/8', '11.0.0.1', false],
  ['IpAddress', '10.0.0.0/9', '10.128.0.0', false],
  ['IpAddress', '203.0.113.7', '203.0.113.7', true],
  ['IpAddress', '203.0.113.7', '203.0.113.8', false],
  ['IpAddress', '0.0.0.0/0', '1.2.3.4', true],
  ['IpAddress', '0.0.0.0/0', '::1', false],
  ['IpAddress', '::/0', '1.2.3.4', false],
  ['IpAddress', '::/0', '2001:db8::1', true],
  ['IpAddress', '2001:db8::/33', '2001:db8:7fff::1', true],
  ['IpAddress', '2001:db8::/33', '2001:db8:8000::1', false],
  ['IpAddress', '2001:DB8:0:0:0:0:0:1', '2001:db8::1', true],
  ['IpAddress', '::ffff:1.2.3.4', '::ffff:102:304', true],
  ['IpAddress', '10.0.0.0/33', '10.0.0.0', false],
  ['IpAddress', '10.0.0.0/8', '010.0.0.1', false],
  ['IpAddress', '10.0.0.0/8', '10.0.0.1.1', false],
  ['IpAddress', '1::2::3', '1::2', false],
  ['IpAddress', '::/0', '1:2:3:4:5:6:7:8::', false],
  ['IpAddress', '::/0', '1:2:3:4:5:6:7::', true],
  ['NotIpAddress', '10.0.0.0/8', '10.0.0.1', false],
  ['NotIpAddress', '10.0.0.0/8', undefined, true],
  ['NotIpAddress', '10.0.0.0/8', '::1', true],

  ['ArnEquals', 'arn:aws:iam::123456789012:role/*', 'arn:aws:iam::123456789012:role/a/b', true],
  ['ArnLike', 'arn:aws:*:us-east-1:*:instance/*', 'arn:aws:ec2:us-east-1:123456789012:instance/i-1', true],
  ['ArnLike', 'arn:aws:*:instance/*', 'arn:aws:ec2:us-east-1:123456789012:instance/i-1', false],
  ['ArnLike', `arn:aws:iam::123456789012:user/\${aws:username}`, 'arn:aws:iam::123456789012:user/alice', true],
  ['ArnLike', 'arn:aws:iam::123456789012:role/Ops', 'Ops', false],
  ['ArnNotLike', 'arn:aws:iam::123456789012:role/*', 'arn:aws:iam::123456789012:role/a', false],
  ['ArnNotEquals', 'arn:aws:iam::123456789012:role/*', undefined, true],

  ['Null', 'true', undefined, true],
  ['Null', 'true', '', false],
  ['Null', 'true', [], true],
  ['Null', 'False', 'x', true],
  ['Null', 'false', undefined, false],

  ['ForAllValues:StringEquals', ['a', 'b'], ['a'], true],
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
  ['ForAllValues:StringEquals', ['a'], undefined, true],
  ['ForAllValues:StringEquals', ['a'], [], true],
  ['ForAllValues:StringNotEquals', ['a'], ['b', 'a'], false],
  ['ForAllValues:StringEquals', ['a'], 'a', true],
  ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'a'], true],
  ['ForAnyValue:StringEquals', ['a'], undefined, false],
  ['ForAnyValue:StringEquals', ['a'], [], false],
  ['ForAnyValue:StringNotEquals', ['a'], ['a', 'b'], true],
  ['ForAnyValue:StringNotEquals', ['a'], undefined, false],
  ['ForAnyValue:StringEqualsIfExists', ['a'], undefined, true],
  ['foranyvalue:stringlike', ['a*'], ['b', 'ab'], true],
  ['StringEquals', 'a', ['a', 'b'], false],
  ['StringNotEquals', 'a', ['b', 'c'], false],

  ['StringEquals', 'a', { oneOf: ['b', 'a'] }, true],
  ['StringNotEquals', 'a', { oneOf: ['b', 'a'] }, false],
  ['StringEquals', 'c', { oneOf: ['b', 'a'] }, false],
]

for (const [operator, values, given, expected] of rows) {
  test(`${operator} ${JSON.stringify(values)} is ${expected} for ${JSON.stringify(given) ?? 'a missing key'}`, () => {
    assert.equal(holds(operator, values, given), expected)
  })
}

test('an operator that IAM does not have compiles to nothing', () => {
  for (const operator of [
    'StringSounds',
    'NullIfExists',
    'ForAllValues:Null',
    'ForSomeValues:StringEquals',
    'IfExists',
    '',
  ]) {
    assert.equal(compileCondition({ operator, key: 'a:b', values: ['x'] }, true), undefined, operator)
  }
})

test('keys that differ only by case are one key of which any value may match', () => {
  const condition = compileCondition(
    { operator: 'StringEquals', key: 'ssm:resourceTag/FINANCE', values: ['web'] },
    true,
  )

  for (const [one, other] of [
    ['db', 'web'],
    ['web', 'db'],
  ]) {
    const context = contextOf({ 'ssm:resourceTag/Finance': one, 'ssm:resourceTag/finance': other })
    assert.equal(condition?.holds(context), true)
  }
})

test('before 2012-10-17 a variable is text', () => {
  const source = { operator: 'StringEquals', key: 'a:b', values: [`\${aws:username}`] }
  const condition = compileCondition(source, false)

  assert.equal(condition?.holds(contextOf({ 'a:b': 'alice', 'aws:username': 'alice' })), false)
  assert.equal(condition?.holds(contextOf({ 'a:b': `\${aws:username}` })), true)
})

test('a later layer of a context hides an earlier one', () => {
  const context = contextOf({ 'a:b': '1', 'a:c': '2' }, { 'A:B': '3' })

  assert.deepEqual([context('a:b'), context('a:c'), context('a:d')], ['3', '2', undefined])
})
