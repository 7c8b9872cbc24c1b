import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileArnPattern, resourceName } from './arn.ts'
import { isFixed, readTemplate } from './template.ts'

function matches(pattern: string, name: string): boolean {
  const template = readTemplate(pattern, { wildcards: true, variables: false })
  assert.ok(isFixed(template))
  return compileArnPattern(template)(resourceName(name))
}

const node = 'arn:aws:ec2:us-east-1:123456789012:instance/i-1'

const table: readonly (readonly [pattern: string, name: string, expected: boolean])[] = [
  ['*', node, true],
  ['*', '*', true],
  ['**', '*', true],
  [node, node, true],
  ['arn:aws:ec2:*:*:instance/*', node, true],
  ['arn:aws:ec2:*:instance/i-1', node, false],
  ['arn:aws:ec2:*', node, true],
  ['arn:aws:ssm:*', node, false],
  ['arn:*:instance/i-1', node, false],
  ['arn:aws:ec2:us-east-?:123456789012:instance/i-1', node, true],
  ['arn:aws:ec2:us-east-1:123456789012:INSTANCE/i-1', node, false],
  ['arn:aws:ec2:*:*:instance:i-1', node, false],
  ['arn:aws:ec2:*:*:*', node, true],
  ['arn:aws:ec2:*:*:*', '*', false],
  [node, '*', false],
  ['arn:aws:ssm:*:*:document/*', 'arn:aws:ssm:us-east-1::document/AWS-RunShellScript', true],
  ['arn:aws:ssm:*::document/AWS-*', 'arn:aws:ssm:us-east-1:123456789012:document/AWS-Mine', false],
  ['arn:aws:logs:*:*:log-group:*', 'arn:aws:logs:us-east-1:123456789012:log-group:g:log-stream:s', true],
  ['arn:aws:logs:*:*:log-group:*:s', 'arn:aws:logs:us-east-1:123456789012:log-group:a/b:log-stream:s', true],
  ['arn:aws:s3:::b/*', 'arn:aws:s3:::b/a/b:c', true],
  ['arn:aws:s3:::b/*', 'arn:aws:s3:::b', false],
  ['arn:aws:s3:::b', 'arn:aws:s3', false],
]

for (const [pattern, name, expected] of table) {
  test(`${pattern} ${expected ? 'covers' : 'does not cover'} ${name}`, () => {
    assert.equal(matches(pattern, name), expected)
  })
}
