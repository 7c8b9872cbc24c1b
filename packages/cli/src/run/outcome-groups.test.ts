import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nodeLabels } from './node-labels.ts'
import type { NodeOutcome } from './node-outcome.ts'
import { OutcomeGroups } from './outcome-groups.ts'

const outcome: fc.Arbitrary<Omit<NodeOutcome, 'nodeId' | 'name'>> = fc.record({
  status: fc.constantFrom('Success', 'Failed', 'Pending', 'TimedOut'),
  details: fc.constantFrom('Success', 'AccessDenied'),
  exitCode: fc.constantFrom(undefined, 0, 1, 255),
  stdout: fc.constantFrom('', 'a', 'b'),
  stderr: fc.constantFrom('', 'a'),
  steps: fc.constant([]),
  isCut: fc.constant(false),
})

test('each node is in one group, with those that went just as it did', () => {
  fc.assert(
    fc.property(fc.array(outcome, { maxLength: 50 }), (outcomes) => {
      const groups = new OutcomeGroups()
      for (const [index, one] of outcomes.entries()) groups.add({ ...one, nodeId: `mi-${index}`, name: '' })

      assert.equal(groups.all.flatMap(({ nodes }) => nodes).length, outcomes.length)
      for (const { nodes, isShortened, ...shared } of groups.all) {
        for (const { nodeId } of nodes)
          assert.deepEqual({ ...outcomes[Number(nodeId.slice(3))] }, { ...shared, steps: [] })
        assert.equal(isShortened, false)
      }
      const { succeeded, failed, unended } = groups.counts
      assert.equal(succeeded + failed + unended, outcomes.length)
      assert.equal(
        [...groups.exitCodes.values()].reduce((sum, count) => sum + count, 0),
        outcomes.length,
      )
    }),
  )
})

test('groups of one size come in the order of their first names, in whatever order their nodes came', () => {
  const groups = new OutcomeGroups()
  const done = { status: 'Success', details: 'Success', exitCode: 0, stderr: '', steps: [], isCut: false }
  for (const name of ['web-13', 'web-10', 'web-11', 'web-3', 'web-1', 'web-2']) {
    groups.add({ ...done, nodeId: `mi-${name}`, name, stdout: name.slice(-1) === '0' ? '2' : name.slice(-1) })
  }

  assert.deepEqual(
    groups.all.map(({ stdout }) => stdout),
    ['1', '2', '3'],
  )
})

test('nodes that all say something else take no more memory than some', () => {
  const groups = new OutcomeGroups()
  const [stdout, stderr, isCut] = ['x'.repeat(24_000), '', false]
  const done = { status: 'Success', details: 'Success', exitCode: 0 }
  for (let index = 0; index < 2_000; index++) {
    groups.add({ ...done, nodeId: `mi-${index}`, name: '', stdout: `${index} ${stdout}`, stderr, steps: [], isCut })
  }
  const kept = groups.all.reduce((sum, group) => sum + group.stdout.length, 0)

  assert.equal(groups.all.length, 2_000)
  assert.ok(kept < 34_000_000, `${kept} characters`)
  assert.ok(groups.all.some(({ isShortened }) => isShortened))
})

test('a node goes by its name unless another one has it too', () => {
  const nodes = [
    { nodeId: 'mi-1', name: 'web' },
    { nodeId: 'mi-2', name: 'db' },
    { nodeId: 'mi-3', name: 'web' },
    { nodeId: 'mi-4', name: '' },
  ]
  const label = nodeLabels(nodes)

  assert.deepEqual(nodes.map(label), ['mi-1', 'db', 'mi-3', 'mi-4'])
})
