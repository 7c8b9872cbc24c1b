import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HttpConnections } from './http-connections.ts'
import { httpGet, readAnswer } from './http-get.ts'
import { serveFiles } from './testing/file-server.ts'

test('an answer that breaks off on a connection that was used before is not asked for behind the back of its reader', async (t) => {
  const { url, asked, connections } = await serveFiles(t, ({ url: path }, response) => {
    if (path === '/whole') response.end('whole')
    else response.writeHead(200, { 'content-length': '9' }).write('half')
  })
  const ours = new HttpConnections({ environment: {}, certificateAuthority: undefined })
  t.after(() => ours.close())
  const { signal } = new AbortController()
  await readAnswer(await httpGet(new URL('/whole', url), { signal }, ours))
  const answer = await httpGet(new URL('/broken', url), { signal }, ours)

  const broken = assert.rejects(readAnswer(answer))
  connections[0]?.resetAndDestroy()
  await broken
  // What would have been asked again is on its way before this.
  await readAnswer(await httpGet(new URL('/whole', url), { signal }, ours))

  assert.deepEqual(asked, ['GET /whole', 'GET /broken', 'GET /whole'])
})
