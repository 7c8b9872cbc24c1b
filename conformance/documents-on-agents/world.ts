import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { runNode } from '@fairlead/testkit/running-node'
import { type RunningServer, runServer } from '@fairlead/testkit/running-server'
import { DocumentNodes, type NodeOutcome, type Order, type StepOutcome } from '../clients/document-nodes.ts'
import { lastFirst } from '../clients/last-first.ts'
import type { OfficialAgent } from '../clients/official-agent.ts'
import { runOfficialNode } from '../clients/official-node.ts'

/** Our agent and, where it is there, Amazon's, as nodes of one server. */
export interface DocumentWorld {
  readonly server: RunningServer
  readonly root: ApiClient
  readonly documents: DocumentNodes
  readonly nodeIds: readonly string[]
  readonly amazons: OfficialAgent | undefined
  /** A folder that scripts may write to; our agent makes `restart` in it instead of restarting its node. */
  readonly shared: string
  /** Of a web server whose every file is a script that says `downloaded` and its argument. */
  readonly filesUrl: string
}

export async function documentWorld(owner: { after(end: () => Promise<void>): void }): Promise<DocumentWorld> {
  const t = lastFirst(owner)
  const server = await runServer(t)
  const shared = mkdtempSync(join(tmpdir(), 'fairlead-shared-'))
  t.after(() => rmSync(shared, { recursive: true, force: true }))
  const files = createServer((_, response) => response.end('#!/bin/sh\necho "downloaded $1"\n'))
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    files.closeAllConnections()
    await new Promise((resolve) => files.close(resolve))
  })
  const { port } = files.address() as AddressInfo // a TCP server's, once it listens

  const options = ['--reboot-command', `touch ${shared}/restart`]
  const [ours, theirs] = await Promise.all([runNode(t, server, { secure: true, options }), runOfficialNode(t, server)])
  const nodes = new Map([[ours.nodeId, 'ours'], ...(theirs ? [[theirs.nodeId, "Amazon's"] as const] : [])])
  const root = server.client()
  const documents = new DocumentNodes(root, nodes)
  const filesUrl = `http://127.0.0.1:${port}`
  return { server, root, documents, nodeIds: [...nodes.keys()], amazons: theirs?.agent, shared, filesUrl }
}

/** Expects the same of every node: the status, and a line for each step. */
export function expectOf(outcomes: ReadonlyMap<string, NodeOutcome>, status: string, steps: readonly string[]): void {
  for (const [name, outcome] of outcomes) {
    assert.equal(outcome.status, status, name)
    // Reports of steps overtake each other on their way from Amazon's agent.
    assert.deepEqual(outcome.steps.map(summary).sort(), [...steps].sort(), name)
  }
}

/** Runs a document everywhere and expects the same everywhere. */
export async function expectEverywhere(
  { documents }: DocumentWorld,
  order: Order,
  status: string,
  steps: readonly string[],
): Promise<void> {
  expectOf(await documents.run(order), status, steps)
}

export const shell = (name: string, runCommand: readonly string[], inputs: object = {}, rest: object = {}) => ({
  action: 'aws:runShellScript',
  name,
  inputs: { runCommand, ...inputs },
  ...rest,
})

/** A step in a line: its name, its exit code and what it wrote itself, with bars for the ends of lines. */
function summary({ step, code, stdout }: StepOutcome): string {
  if (/skipped due to/.test(stdout)) return `${step} ${code} (skipped)`
  const own = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('Step '))
  return [step, code, ...(own.length === 0 ? [] : [own.join('|')])].join(' ')
}
