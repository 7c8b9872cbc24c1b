import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readForward } from './forward-route.ts'

test('each way to write a route is read', () => {
  assert.deepEqual(readForward('5432'), { localPort: 0, host: undefined, port: 5432 })
  assert.deepEqual(readForward('8080:5432'), { localPort: 8080, host: undefined, port: 5432 })
  assert.deepEqual(readForward('db:5432'), { localPort: 0, host: 'db', port: 5432 })
  assert.deepEqual(readForward('8080:db.example:5432'), { localPort: 8080, host: 'db.example', port: 5432 })
  assert.deepEqual(readForward('8080:[fd00::1]:22'), { localPort: 8080, host: 'fd00::1', port: 22 })
})

test('what is no route is refused, with the ways to write one', () => {
  for (const bad of ['', 'db', '0', '65536', '70000:22', 'a:b:c', '1:2:3:4', 'db:', ':22', 'fd00::1:22', '22 ', '-1']) {
    assert.throws(() => readForward(bad), /LOCAL:HOST:PORT/, bad)
  }
})
