import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Activation } from '../../domain/activation.ts'
import type { Hint } from '../../domain/hint.ts'
import type { AgentReport, ManagedNode } from '../../domain/managed-node.ts'
import type { NodeCondition, NodeStore } from '../node-store.ts'
import type { TagStore } from '../tag-store.ts'

export interface Opened {
  readonly nodes: NodeStore
  readonly tags: TagStore
  /** What the store has announced so far. */
  readonly hints: readonly Hint[]
}

const at = new Date('2026-01-02T03:04:05.678Z')
const minutesLater = (minutes: number) => new Date(at.getTime() + minutes * 60_000)
const activationId = '11111111-2222-4333-8444-555555555555'

function activation(changes: Partial<Activation> = {}): Activation {
  return {
    activationId,
    codeHash: 'ab12',
    description: undefined,
    defaultInstanceName: 'web',
    roleName: 'service-role/nodes',
    registrationLimit: 5,
    registrationsCount: 0,
    createdAt: at,
    expiresAt: minutesLater(60),
    tags: { Finance: 'WebServers' },
    ...changes,
  }
}

function node(n: number, changes: Partial<ManagedNode> = {}): ManagedNode {
  return {
    nodeId: nodeIdOf(n),
    activationId,
    roleName: 'service-role/nodes',
    name: 'web',
    publicKey: `key ${n}`,
    publicKeyType: 'Rsa',
    previousPublicKey: undefined,
    previousKeyUntil: undefined,
    fingerprint: `print ${n}`,
    registeredAt: at,
    report: undefined,
    lastPingAt: undefined,
    pingStatus: 'Inactive',
    tags: {},
    ...changes,
  }
}

const report: AgentReport = {
  agentName: 'amazon-ssm-agent',
  agentVersion: '3.2.2303.0',
  agentStatus: 'Active',
  platformType: 'Linux',
  platformName: 'Debian GNU/Linux',
  platformVersion: '12',
  computerName: 'web-1',
  ipAddress: '192.0.2.2',
  connectionChannel: 'ssmmessages',
}

function nodeIdOf(n: number): string {
  return `mi-${String(n).padStart(17, '0')}`
}

/** What every implementation promises. `open` gives a fresh, empty store. */
export function nodeStoreContract(open: () => Promise<Opened>): void {
  test('an activation is read back as it was added', async () => {
    const { nodes } = await open()
    await nodes.addActivation(activation())
    assert.deepEqual(await nodes.findActivation(activationId), activation())
    assert.equal(await nodes.findActivation('other'), undefined)
  })

  test('activations are listed page by page, and by role, name and id', async () => {
    const { nodes } = await open()
    const ids = ['a', 'b', 'c', 'd'] as const
    for (const id of ids) await nodes.addActivation(activation({ activationId: id, roleName: `role-${id}` }))

    const first = await nodes.listActivations([], { limit: 3 })
    const rest = await nodes.listActivations([], { limit: 3, after: first.next })
    assert.deepEqual(
      [...first.items, ...rest.items].map((one) => one.activationId),
      ids,
    )
    assert.equal(rest.next, undefined)

    const listed = async (key: 'activationId' | 'roleName' | 'defaultInstanceName', ...values: string[]) =>
      (await nodes.listActivations([{ key, values }], { limit: 9 })).items.length
    assert.equal(await listed('roleName', 'role-a', 'role-b'), 2)
    assert.equal(await listed('activationId', 'd', 'x'), 1)
    assert.equal(await listed('defaultInstanceName', 'web'), 4)
    assert.equal(await listed('activationId'), 0)
  })

  test('a removed activation is gone, its nodes are not', async () => {
    const { nodes } = await open()
    await nodes.addActivation(activation())
    await nodes.registerNode(node(1))
    assert.equal(await nodes.removeActivation(activationId), true)
    assert.equal(await nodes.removeActivation(activationId), false)
    assert.equal(await nodes.findActivation(activationId), undefined)
    assert.deepEqual(await nodes.findNode(nodeIdOf(1)), node(1))
  })

  test('a node is read back as it was registered, and one registration is used up', async () => {
    const { nodes, tags, hints } = await open()
    await nodes.addActivation(activation())
    const registered = node(1, { tags: { Finance: 'WebServers', __proto__x: '' } })

    assert.equal(await nodes.registerNode(registered), 'registered')

    assert.deepEqual(await nodes.findNode(nodeIdOf(1)), registered)
    assert.deepEqual(await tags.tagsOf({ type: 'ManagedInstance', id: nodeIdOf(1) }), registered.tags)
    assert.equal((await nodes.findActivation(activationId))?.registrationsCount, 1)
    assert.deepEqual(hints, [{ kind: 'registered', nodeId: nodeIdOf(1), at }])
  })

  test('of ten nodes that register at once, as many get in as the activation allows', async () => {
    const { nodes, hints } = await open()
    await nodes.addActivation(activation({ registrationLimit: 3 }))

    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, n) => nodes.registerNode(node(n))))

    assert.equal(outcomes.filter((outcome) => outcome === 'registered').length, 3)
    assert.equal((await nodes.listNodes([], { limit: 50 })).items.length, 3)
    assert.equal((await nodes.findActivation(activationId))?.registrationsCount, 3)
    assert.equal(hints.length, 3)
  })

  test('nobody registers with an activation that was removed', async () => {
    const { nodes, hints } = await open()
    assert.equal(await nodes.registerNode(node(1, { tags: { a: 'b' } })), 'used-up')
    assert.equal(await nodes.findNode(nodeIdOf(1)), undefined)
    assert.deepEqual(hints, [])
  })

  test('nodes are listed in the order of their ids, each once whatever its tags, without keys', async () => {
    const { nodes } = await given(await open(), [
      node(3, { tags: { a: '1', b: '2', c: '3' } }),
      node(1),
      node(2, { tags: { a: '1' } }),
    ])
    await nodes.saveReport(nodeIdOf(2), report, minutesLater(1))

    const first = await nodes.listNodes([], { limit: 2 })
    const second = await nodes.listNodes([], { limit: 2, after: first.next })

    assert.deepEqual(
      [...first.items, ...second.items].map(({ nodeId }) => nodeId),
      [nodeIdOf(1), nodeIdOf(2), nodeIdOf(3)],
    )
    assert.equal(second.next, undefined)
    assert.deepEqual(first.items[1], {
      nodeId: nodeIdOf(2),
      activationId,
      roleName: 'service-role/nodes',
      name: 'web',
      registeredAt: at,
      report,
      lastPingAt: minutesLater(1),
      pingStatus: 'Online',
    })
  })

  test('conditions are all needed, their values are alternatives, tags are told apart by case', async () => {
    const { nodes } = await given(await open(), [
      node(1, { tags: { env: 'prod', team: 'red' } }),
      node(2, { tags: { env: 'test' }, roleName: 'other' }),
      node(3, { tags: { Env: 'prod' } }),
    ])
    await nodes.saveReport(nodeIdOf(2), report, at)
    const found = async (...conditions: NodeCondition[]) =>
      (await nodes.listNodes(conditions, { limit: 50 })).items.map(({ nodeId }) => Number(nodeId.slice(3)))

    assert.deepEqual(await found({ key: 'tag:env', values: ['prod'] }), [1])
    assert.deepEqual(await found({ key: 'tag:env', values: ['prod', 'test'] }), [1, 2])
    assert.deepEqual(await found({ key: 'tagKey', values: ['Env', 'team'] }), [1, 3])
    assert.deepEqual(
      await found({ key: 'tag:env', values: ['prod', 'test'] }, { key: 'nodeId', values: [nodeIdOf(2)] }),
      [2],
    )
    assert.deepEqual(await found({ key: 'roleName', values: ['other'] }), [2])
    assert.deepEqual(await found({ key: 'activationId', values: [activationId] }), [1, 2, 3])
    assert.deepEqual(await found({ key: 'pingStatus', values: ['Online'] }), [2])
    assert.deepEqual(await found({ key: 'platformType', values: ['Linux'] }), [2])
    assert.deepEqual(await found({ key: 'agentVersion', values: ['3.2.2303.0'] }), [2])
    assert.deepEqual(await found({ key: 'resourceType', values: ['ManagedInstance'] }), [1, 2, 3])
    assert.deepEqual(await found({ key: 'resourceType', values: ['EC2Instance', ''] }), [])
    assert.deepEqual(await found({ key: 'nodeId', values: [] }), [])
    assert.deepEqual(await found({ key: "tag:x' OR 1=1 --", values: ["' OR 1=1 --"] }), [])
  })

  test('attributes can be excluded, or found by how they begin, and a node without one is no exception', async () => {
    const { nodes } = await given(await open(), [node(1), node(2)])
    await nodes.saveReport(nodeIdOf(2), { ...report, platformName: 'Debian_%' }, at)
    const found = async (...conditions: NodeCondition[]) =>
      (await nodes.listNodes(conditions, { limit: 50 })).items.map(({ nodeId }) => Number(nodeId.slice(3)))

    assert.deepEqual(await found({ key: 'platformName', values: ['Debian_%'], match: 'not' }), [1])
    assert.deepEqual(await found({ key: 'platformName', values: [], match: 'not' }), [1, 2])
    assert.deepEqual(await found({ key: 'platformName', values: ['Deb', 'x'], match: 'prefix' }), [2])
    assert.deepEqual(await found({ key: 'platformName', values: ['Debian__', '%', 'deb'], match: 'prefix' }), [])
    assert.deepEqual(await found({ key: 'platformName', values: [], match: 'prefix' }), [])
    assert.deepEqual(
      await found({ key: 'computerName', values: ['web-1'] }, { key: 'ipAddress', values: ['192.0.2.2'] }),
      [2],
    )
    assert.deepEqual(await found({ key: 'agentName', values: ['amazon-ssm-agent'] }), [2])
    assert.deepEqual(await found({ key: 'platformVersion', values: ['12'] }), [2])
  })

  test('nodes are counted by their attributes, and no nodes are no count', async () => {
    const { nodes } = await open()
    assert.deepEqual(await nodes.countNodes([], [], { limit: 5, offset: 0 }), [])
    await nodes.addActivation(activation())
    for (const n of [1, 2, 3]) await nodes.registerNode(node(n))
    await nodes.saveReport(nodeIdOf(2), report, at)
    const by = (limit: number, offset: number) =>
      nodes.countNodes([], ['platformType', 'resourceType'], { limit, offset })

    assert.deepEqual(await nodes.countNodes([], [], { limit: 5, offset: 0 }), [{ values: [], count: 3 }])
    assert.deepEqual(await by(5, 0), [
      { values: ['', 'ManagedInstance'], count: 2 },
      { values: ['Linux', 'ManagedInstance'], count: 1 },
    ])
    assert.deepEqual(await by(1, 1), [{ values: ['Linux', 'ManagedInstance'], count: 1 }])
    assert.deepEqual(
      await nodes.countNodes([{ key: 'platformType', values: ['MacOS'] }], [], { limit: 5, offset: 0 }),
      [],
    )
  })

  test('no more nodes are registered than may be, and none takes up a place of its activation then', async () => {
    const { nodes } = await open()
    await nodes.addActivation(activation())
    const outcomes = await Promise.all([1, 2, 3, 4].map((n) => nodes.registerNode(node(n), 2)))
    assert.deepEqual(outcomes.sort(), ['full', 'full', 'registered', 'registered'])
    assert.equal((await nodes.findActivation(activationId))?.registrationsCount, 2)
    assert.equal(await nodes.registerNode(node(5)), 'registered')
  })

  test('a node has another role from when it was replaced', async () => {
    const { nodes } = await given(await open(), [node(1)])
    assert.equal(await nodes.replaceRole(nodeIdOf(1), 'other'), true)
    assert.equal(await nodes.replaceRole(nodeIdOf(2), 'other'), false)
    assert.deepEqual(await nodes.findNode(nodeIdOf(1)), node(1, { roleName: 'other' }))
  })

  test('a replaced key leaves the one before it, and saying it twice loses neither', async () => {
    const { nodes } = await given(await open(), [node(1)])
    await nodes.replaceKey(nodeIdOf(1), 'new key', minutesLater(60))
    await nodes.replaceKey(nodeIdOf(1), 'new key', minutesLater(90))

    const rotated = await nodes.findNode(nodeIdOf(1))
    assert.deepEqual(
      [rotated?.publicKey, rotated?.previousPublicKey, rotated?.previousKeyUntil],
      ['new key', 'key 1', minutesLater(60)],
    )
  })

  test('the previous key is forgotten only for the key that replaced it', async () => {
    const { nodes } = await given(await open(), [node(1)])
    await nodes.replaceKey(nodeIdOf(1), 'new key', minutesLater(60))
    await nodes.forgetPreviousKey(nodeIdOf(1), 'key 1')
    assert.equal((await nodes.findNode(nodeIdOf(1)))?.previousPublicKey, 'key 1')
    await nodes.forgetPreviousKey(nodeIdOf(1), 'new key')
    assert.deepEqual(await nodes.findNode(nodeIdOf(1)), node(1, { publicKey: 'new key' }))
  })

  test('a report makes the node Online and is kept, and what a later one leaves out stays', async () => {
    const { nodes, hints } = await given(await open(), [node(1)])
    assert.equal(await nodes.saveReport(nodeIdOf(1), report, at), true)
    const short: AgentReport = { agentName: 'amazon-ssm-agent', agentVersion: '3.3.0.0', platformType: 'Linux' }
    await nodes.saveReport(nodeIdOf(1), { ...short, connectionChannel: '' }, minutesLater(5))

    const heard = await nodes.findNode(nodeIdOf(1))
    assert.deepEqual(heard?.report, { ...report, agentVersion: '3.3.0.0', connectionChannel: '' })
    assert.deepEqual([heard?.pingStatus, heard?.lastPingAt], ['Online', minutesLater(5)])
    assert.deepEqual(hints.slice(1), [{ kind: 'presence', nodeId: nodeIdOf(1), pingStatus: 'Online', at }])
  })

  test('a report of an unknown node is kept nowhere', async () => {
    const { nodes, hints } = await open()
    assert.equal(await nodes.saveReport(nodeIdOf(1), report, at), false)
    assert.deepEqual(hints, [])
  })

  test('a change of presence is announced once', async () => {
    const { nodes, hints } = await given(await open(), [node(1)])
    await nodes.savePresence(nodeIdOf(1), 'Online', at)
    await nodes.savePresence(nodeIdOf(1), 'Online', minutesLater(1))
    await nodes.savePresence(nodeIdOf(1), 'ConnectionLost', minutesLater(1), minutesLater(12))

    assert.deepEqual(hints.slice(1), [
      { kind: 'presence', nodeId: nodeIdOf(1), pingStatus: 'Online', at },
      { kind: 'presence', nodeId: nodeIdOf(1), pingStatus: 'ConnectionLost', at: minutesLater(12) },
    ])
    assert.deepEqual((await nodes.findNode(nodeIdOf(1)))?.lastPingAt, minutesLater(1))
  })

  test('a status judged by an older ping does not overrule a newer ping', async () => {
    const { nodes, hints } = await given(await open(), [node(1)])
    await nodes.saveReport(nodeIdOf(1), report, minutesLater(12))
    await nodes.savePresence(nodeIdOf(1), 'ConnectionLost', at)

    const heard = await nodes.findNode(nodeIdOf(1))
    assert.deepEqual([heard?.pingStatus, heard?.lastPingAt], ['Online', minutesLater(12)])
    assert.equal(hints.filter((hint) => hint.kind === 'presence').length, 1)
  })

  test('stale nodes are those not heard since, but the Inactive and the never heard', async () => {
    const { nodes } = await given(await open(), [node(1), node(2), node(3), node(4), node(5)])
    await nodes.savePresence(nodeIdOf(1), 'Online', minutesLater(2))
    await nodes.savePresence(nodeIdOf(2), 'ConnectionLost', minutesLater(1))
    await nodes.savePresence(nodeIdOf(3), 'Online', minutesLater(9))
    await nodes.savePresence(nodeIdOf(4), 'Online', minutesLater(0))
    await nodes.savePresence(nodeIdOf(4), 'Inactive', minutesLater(0))

    const first = await nodes.staleNodes(minutesLater(9), { limit: 1 })
    const second = await nodes.staleNodes(minutesLater(9), { limit: 1, after: first.next })
    assert.deepEqual(
      [...first.items, ...second.items].map(({ nodeId, lastPingAt }) => [nodeId, lastPingAt]),
      [
        [nodeIdOf(1), minutesLater(2)],
        [nodeIdOf(2), minutesLater(1)],
      ],
    )
    assert.equal(second.next, undefined)
  })

  test('a node is registered from its registration until it is removed, and at once no longer', async () => {
    const { nodes } = await given(await open(), [node(1)])
    assert.deepEqual([await nodes.isRegistered(nodeIdOf(1)), await nodes.isRegistered(nodeIdOf(2))], [true, false])

    await nodes.removeNode(nodeIdOf(1), at)

    assert.equal(await nodes.isRegistered(nodeIdOf(1)), false)
  })

  test('a removed node is gone with its tags, and is removed once', async () => {
    const { nodes, tags, hints } = await given(await open(), [node(1, { tags: { a: 'b' } }), node(2)])
    assert.equal(await nodes.removeNode(nodeIdOf(1), at), true)
    assert.equal(await nodes.removeNode(nodeIdOf(1), at), false)

    assert.equal(await nodes.findNode(nodeIdOf(1)), undefined)
    assert.deepEqual(await tags.tagsOf({ type: 'ManagedInstance', id: nodeIdOf(1) }), {})
    assert.deepEqual(hints.slice(2), [{ kind: 'deregistered', nodeId: nodeIdOf(1), at }])
    assert.deepEqual(await nodes.findNode(nodeIdOf(2)), node(2))
  })
}

async function given(opened: Opened, nodes: readonly ManagedNode[]): Promise<Opened> {
  await opened.nodes.addActivation(activation())
  for (const one of nodes) await opened.nodes.registerNode(one)
  return opened
}
