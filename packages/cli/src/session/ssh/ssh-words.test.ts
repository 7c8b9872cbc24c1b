import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CliError } from '../../cli-error.ts'
import { readDestination, sshDestination } from './ssh-destination.ts'
import { sshWords } from './ssh-words.ts'

const node = 'mi-0123456789abcdef0'

test('a node is given with or without a user', () => {
  assert.deepEqual(sshDestination(readDestination(node), node), { nodeId: node, text: node })
  assert.deepEqual(sshDestination(readDestination(`jo.doe@${node}`), node), { nodeId: node, text: `jo.doe@${node}` })
})

test('ssh is told the name that was written, unless that is no name of a host', () => {
  assert.deepEqual(sshDestination(readDestination('root@web-1.dc2'), node), { nodeId: node, text: 'root@web-1.dc2' })
  for (const text of ['root@web 1', 'root@%h', 'root@$(id)']) {
    assert.deepEqual(sshDestination(readDestination(text), node), { nodeId: node, text: `root@${node}` })
  }
})

test('what ssh would take for an option, and what is no node, is refused', () => {
  for (const text of [
    `-oProxyCommand=x@${node}`,
    '-v',
    'root@-v',
    'root@web\n1',
    `@${node}`,
    `a b@${node}`,
    `a@b@${node}`,
    ' web',
    '',
  ]) {
    assert.throws(() => readDestination(text), CliError, text)
  }
})

test('the connection is this program, whatever is in the paths, and the node is known by its id', () => {
  const words = sshWords({
    destination: sshDestination(readDestination(`root@${node}`), node),
    port: 2222,
    program: ['/opt/my node', '/opt/100%/fairlead.mjs'],
    options: ['--reason', "it's me"],
    args: ['-v', 'uptime'],
  })
  assert.deepEqual(words, [
    ...['-p', '2222'],
    ...[
      '-o',
      `ProxyCommand='/opt/my node' /opt/100%%/fairlead.mjs ssh --proxy --port 2222 --reason 'it'\\''s me' ${node}`,
    ],
    ...['-o', `HostKeyAlias=${node}`, '-o', 'CheckHostIP=no', `root@${node}`, '-v', 'uptime'],
  ])
})
