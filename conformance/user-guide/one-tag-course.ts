import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import type { CommandWorld } from './command-world.ts'

/**
 * The policy for nodes tagged Finance=WebServers: as its page prints it, for EC2 instances alone, and with managed
 * instances beside them, as the page's words mean it.
 */
export async function oneTagCourse(world: CommandWorld, printed: string): Promise<void> {
  const meant = printed.replace('"arn:aws:ec2:*:*:instance/*"', '$&,"arn:aws:ssm:*:*:managed-instance/*"')
  const web = await world.node({ Finance: 'WebServers' })
  const other = await world.node({ Finance: 'Databases' })
  const alice = await world.user('alice', meant)

  describe('a user who may command the nodes tagged Finance=WebServers', () => {
    test('runs on the tagged node when the policy names managed instances', async () => {
      const sent = await world.send(alice, { InstanceIds: [web] })

      const answer = await world.ended(sent, web)
      assert.equal(answer.Status, 'Success')
      assert.equal(answer.StandardOutputContent, 'ran\n')
    })

    test('may use every document on that node, and is refused on the other whatever the document', async () => {
      await world.document('Any-Command', {})

      for (const document of ['AWS-RunPowerShellScript', 'Any-Command']) {
        assert.equal(await world.isAllowed(alice, web, document), true, document)
        await assert.rejects(world.send(alice, { InstanceIds: [other] }, document), world.denied(alice, other))
      }
    })

    test('is refused on the other node in the words of AWS, and nothing is made', async () => {
      const before = await world.commandCount()

      await assert.rejects(world.send(alice, { InstanceIds: [other] }), world.denied(alice, other))

      assert.equal(await world.commandCount(), before)
    })

    test('is refused for both when one of the two is not allowed, and neither runs', async () => {
      const before = await world.commandCount()

      for (const InstanceIds of [
        [web, other],
        [other, web],
      ]) {
        await assert.rejects(world.send(alice, { InstanceIds }), world.denied(alice, other))
      }

      assert.equal(await world.commandCount(), before)
    })

    test('who chooses nodes by tag runs where it may, and the other ends as AccessDenied', async () => {
      const sent = await world.send(alice, { Targets: [{ Key: 'tag-key', Values: ['Finance'] }] })

      assert.equal((await world.ended(sent, web)).Status, 'Success')
      const refused = await world.ended(sent, other)
      assert.equal(refused.StatusDetails, 'AccessDenied')
      assert.equal(refused.StandardOutputContent, '')
      const command = await eventually(async () => {
        const { Commands = [] } = await world.root.call('ssm', 'ListCommands', { CommandId: sent })
        return Commands[0]?.CompletedCount === 2 ? Commands[0] : undefined
      }, 'the command is complete')
      assert.equal(command.TargetCount, 2)
      assert.equal(command.Status, 'Success', 'a denied node counts for nothing')
    })

    test('who chooses by tag nodes of which none is allowed is refused as a whole', async () => {
      const before = await world.commandCount()

      for (const Values of [['Databases'], ['NoSuchValue']]) {
        await assert.rejects(world.send(alice, { Targets: [{ Key: 'tag:Finance', Values }] }), {
          code: 'AccessDeniedException',
        })
      }

      assert.equal(await world.commandCount(), before)
    })

    test('has nothing of the policy as printed, which names EC2 instances alone', async () => {
      const victor = await world.user('victor', printed)

      await assert.rejects(world.send(victor, { InstanceIds: [web] }), world.denied(victor, web))
    })

    test('is held to the value in the policy, letter by letter, and to no case of the key', async () => {
      for (const [tags, allowed] of [
        [{ Finance: 'WebServer' }, false],
        [{ Finance: 'webservers' }, false],
        [{ Finance: 'WebServers2' }, false],
        [{ Finance: '' }, false],
        [{}, false],
        [{ finance: 'WebServers' }, true],
      ] as const) {
        await world.retag(other, tags)
        assert.equal(await world.isAllowed(alice, other), allowed, JSON.stringify(tags))
      }
    })
  })
}
