import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runServer } from '@fairlead/testkit/running-server'
import { clientEnvironment, reasonToSkip } from './clients/python-environment.ts'
import { run } from './clients/run.ts'

interface Answered {
  readonly case: string
  readonly expect: string
  readonly got?: string
  readonly refused?: string
  readonly unsaid?: string
  readonly skipped?: string
}

const skip = await reasonToSkip('boto3', 'python3', ['-c', 'import boto3'])
const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))

describe('SimulateCustomPolicy by boto3', { skip }, async () => {
  const server = await runServer({ after })
  const environment = {
    ...clientEnvironment({ after }, server),
    ENDPOINT: server.url,
    VECTORS: fileOf('../packages/iam/src/vectors.jsonl'),
  }
  const outcome = await run('python3', [fileOf('clients/simulate.py')], environment)
  assert.equal(outcome.exitCode, 0, outcome.stderr)
  const { answers, paged }: { answers: readonly Answered[]; paged: readonly string[] } = JSON.parse(outcome.stdout)

  test('decides every case of the guide that it has words for', () => {
    const asked = answers.filter(({ got }) => got !== undefined)

    assert.deepEqual(
      asked.filter(({ got, expect }) => got !== expect).map(({ case: name, got }) => `${name}: ${got}`),
      [],
    )
    assert.ok(asked.length >= 100, `${asked.length} of ${answers.length} cases were asked`)
  })

  test('refuses only policies that nobody could store', () => {
    const refused = answers.filter((answer) => answer.refused !== undefined || answer.unsaid !== undefined)
    const unclear = refused.filter(
      (answer) => !/PolicyInputList|ResourcePolicy|InvalidInput/.test(answer.refused ?? ''),
    )

    assert.deepEqual(unclear, [])
    // A policy that IAM would not store says nothing about how one is decided.
    assert.ok(refused.length <= 20, refused.map(({ case: name, refused: why }) => `${name}: ${why}`).join('\n'))
  })

  test('gives every page once', () => {
    assert.deepEqual(paged, ['ssm:SendCommand', 'ssm:StartSession', 'ssm:GetDocument'])
  })
})
