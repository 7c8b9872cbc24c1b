import assert from 'node:assert/strict'
import { type Command, countsOf } from '../../domain/command.ts'
import { advance, type Invocation, type InvocationDetails } from '../../domain/invocation.ts'

const start = Date.parse('2026-01-01T00:00:00Z')
export const at = (seconds: number) => new Date(start + seconds * 1000)
export const nodeId = (n: number) => `mi-${String(n).padStart(17, '0')}`
export const commandId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

/** A command of one second `n` with invocations on nodes 1 … `nodes`. */
export function sample(n: number, nodes: number): { command: Command; invocations: Invocation[] } {
  const invocations = Array.from({ length: nodes }, (_, index): Invocation => {
    const ids = { commandId: commandId(n), nodeId: nodeId(index + 1) }
    return {
      ...ids,
      status: 'Pending',
      details: 'Pending',
      requestedAt: at(n),
      deliverBy: at(n + 600),
      expiresAt: at(n + 4200),
      plugins: [],
      version: 0,
    }
  })
  const command: Command = {
    commandId: commandId(n),
    documentName: n % 2 === 0 ? 'AWS-RunShellScript' : 'AWS-RunPowerShellScript',
    documentVersion: '1',
    comment: 'sample',
    parameters: { commands: ['echo "é"'] },
    nodeIds: [],
    targets: [{ key: 'tag:role', values: ['web'] }],
    requestedAt: at(n),
    expiresAt: at(n + 4200),
    timeoutSeconds: 600,
    executionTimeoutSeconds: 3600,
    maxConcurrency: '50',
    maxErrors: '0',
    requestedBy: 'arn:aws:iam::123456789012:root',
    settings: n % 2 === 0 ? undefined : { serviceRole: 'arn:aws:iam::123456789012:role/r', keyPrefix: 'é' },
    counts: countsOf(invocations),
  }
  return { command, invocations }
}

/** As it is after a move at second 100. */
export function moved(invocation: Invocation, details: InvocationDetails): Invocation {
  const next = advance(invocation, details, at(100))
  assert.ok(next, `${invocation.details} to ${details}`)
  return next
}

/** One that has ended by the time it is added. */
export function ended(invocation: Invocation | undefined, details: InvocationDetails): Invocation {
  assert.ok(invocation)
  return { ...moved(invocation, details), version: 0 }
}
