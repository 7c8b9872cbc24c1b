import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  type ContextRecord,
  compilePolicy,
  contextOf,
  type Decision,
  decide,
  denialMessage,
  principalOf,
  readPolicy,
} from './index.ts'

// Facts of the IAM user guide and the Systems Manager guide, one a line: `policy` names a document, `case` asks about it.
interface NamedPolicy {
  readonly policy: string
  readonly document: unknown
}

interface Case {
  readonly case: string
  readonly identity: readonly string[]
  readonly boundary?: string
  readonly session?: readonly string[]
  readonly resource?: string
  readonly required?: boolean
  readonly scps?: readonly (readonly string[])[]
  readonly principal: string
  readonly action: string
  readonly on: string
  readonly owner?: string
  readonly context?: ContextRecord
  readonly expect: Decision['effect']
  readonly deniedBy?: string
  readonly message?: string
}

const lines: readonly (NamedPolicy | Case)[] = readFileSync(new URL('./vectors.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line))

const documents = new Map(lines.flatMap((line) => ('policy' in line ? [[line.policy, line.document] as const] : [])))

function policy(name: string) {
  return compilePolicy(readPolicy(JSON.stringify(documents.get(name))), { name })
}

for (const line of lines) {
  if ('policy' in line) continue
  test(`${line.case} is ${line.expect}`, () => {
    const decision = decide(
      {
        principal: principalOf(line.principal),
        action: line.action,
        resource: line.on,
        resourceAccount: line.owner,
        context: contextOf(line.context ?? {}),
      },
      {
        identity: line.identity.map(policy),
        boundary: line.boundary === undefined ? undefined : policy(line.boundary),
        session: line.session?.map(policy),
        resource:
          line.resource === undefined ? undefined : { policy: policy(line.resource), required: line.required === true },
        scps: line.scps?.map((level) => level.map(policy)),
      },
    )

    assert.equal(decision.effect, line.expect)
    if (line.deniedBy !== undefined) assert.equal(decision.deniedBy, line.deniedBy)
    if (line.message === undefined) return
    const { principal: callerArn, action, on: resource } = line
    assert.equal(denialMessage(decision, { callerArn, action, resource }), line.message)
  })
}
