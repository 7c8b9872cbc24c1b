import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CommandWorld } from './command-world.ts'

const bothRight = { tag_key1: 'tag_value1', tag_key2: 'tag_value2' }

/** The tags of a node, and whether a policy lets it be commanded that wants both, or either. */
const table: readonly (readonly [tags: Record<string, string>, both: boolean, either: boolean])[] = [
  [{}, false, false],
  [{ tag_key1: 'tag_value1' }, false, true],
  [{ tag_key2: 'tag_value2' }, false, true],
  [bothRight, true, true],
  [{ tag_key1: 'x', tag_key2: 'tag_value2' }, false, true],
  [{ tag_key1: 'x', tag_key2: 'x' }, false, false],
  [{ tag_key1: 'tag_value2', tag_key2: 'tag_value1' }, false, false],
]

/** The policies for nodes with several tags: two keys in one condition are ANDed, two statements are ORed. */
export async function tagGroupsCourse(world: CommandWorld, printed: { both: string; either: string }): Promise<void> {
  const [one, two] = [await world.node({}), await world.node({})]
  const bob = await world.user('bob', printed.both)
  const carol = await world.user('carol', printed.either)

  describe('the policies for groups of tagged nodes', () => {
    test('allow exactly the tagged nodes: both tags on one node, or either of them', async () => {
      for (const [tags, both, either] of table) {
        await world.retag(one, tags)
        assert.equal(await world.isAllowed(bob, one), both, `both tags, ${JSON.stringify(tags)}`)
        assert.equal(await world.isAllowed(carol, one), either, `either tag, ${JSON.stringify(tags)}`)
      }
    })

    test('take one node of each group in one call for either tag, and refuse it for both', async () => {
      await world.retag(one, { tag_key1: 'tag_value1' })
      await world.retag(two, { tag_key2: 'tag_value2' })
      const InstanceIds = [one, two]

      await assert.rejects(world.send(bob, { InstanceIds }), world.denied(bob, one))
      const sent = await world.send(carol, { InstanceIds })

      for (const nodeId of InstanceIds) assert.equal((await world.ended(sent, nodeId)).Status, 'Success')
    })

    test('reach documents of one’s own by their tags alone, as the statement on nodes says of documents too', async () => {
      await world.retag(one, bothRight)

      for (const [name, tags, both, either] of [
        ['None-Command', {}, false, false],
        ['First-Command', { tag_key1: 'tag_value1' }, false, true],
        ['Both-Command', bothRight, true, true],
      ] as const) {
        await world.document(name, tags)
        assert.equal(await world.isAllowed(bob, one, name), both, `both tags, ${name}`)
        assert.equal(await world.isAllowed(carol, one, name), either, `either tag, ${name}`)
      }
      const sent = await world.send(bob, { InstanceIds: [one] }, 'Both-Command')
      assert.equal((await world.ended(sent, one)).StandardOutputContent, 'ran\n')
    })

    test('reach none of AWS’s documents whose names do not begin with AWS-', async () => {
      await world.retag(one, bothRight)

      for (const user of [bob, carol]) {
        await assert.rejects(world.send(user, { InstanceIds: [one] }, 'AmazonCloudWatch-ManageAgent'), {
          code: 'AccessDeniedException',
          message: /document\/AmazonCloudWatch-ManageAgent because no identity-based policy allows/,
        })
      }
    })

    test('let a user list commands and read documents, and cancel or list nothing else', async () => {
      for (const { client } of [bob, carol]) {
        await client.call('ssm', 'ListCommands', { MaxResults: 1 })
        await client.call('ssm', 'ListCommandInvocations', { MaxResults: 1 })
        await client.call('ssm', 'GetDocument', { Name: 'AWS-RunShellScript' })
        const CommandId = '00000000-0000-0000-0000-000000000000'
        for (const refused of [
          client.call('ssm', 'CancelCommand', { CommandId }),
          client.call('ssm', 'DescribeInstanceInformation', {}),
          client.call('ssm', 'StartSession', { Target: one }),
        ]) {
          await assert.rejects(refused, { code: 'AccessDeniedException' })
        }
      }
    })

    test("reach AWS's documents in the regions that they name, and in no other", async (t) => {
      const elsewhere = await CommandWorld.start('us-east-1', t)
      const node = await elsewhere.node(bothRight, t)

      for (const [name, policy] of [
        ['bob', printed.both],
        ['carol', printed.either],
      ] as const) {
        const user = await elsewhere.user(name, policy)
        await assert.rejects(
          elsewhere.send(user, { InstanceIds: [node] }),
          elsewhere.denied(user, 'arn:aws:ssm:us-east-1::document/AWS-RunShellScript'),
        )
      }
    })
  })
}
