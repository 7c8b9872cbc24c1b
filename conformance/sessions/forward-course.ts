import assert from 'node:assert/strict'
import type { HeldClient } from '../clients/held-client.ts'
import { plainText, sha256 } from './web-target.ts'

/** Four uploads and four downloads at once through a forwarded port, each judged by its SHA-256. */
export async function exchangeOverForward(client: HeldClient, bytesEach: number): Promise<void> {
  const [, port] = await client.untilSays(/Port (\d+) opened/)
  const url = `http://localhost:${port}`
  await Promise.all(
    ['a', 'b', 'c', 'd'].flatMap((seed) => {
      const bytes = plainText(bytesEach, seed)
      return [
        fetch(url, { method: 'POST', body: new Uint8Array(bytes) })
          .then((answer) => answer.text())
          .then((digest) => assert.equal(digest, sha256(bytes), `upload ${seed}`)),
        fetch(`${url}/${bytesEach}/${seed}`)
          .then((answer) => answer.arrayBuffer())
          .then((got) => assert.equal(sha256(new Uint8Array(got)), sha256(bytes), `download ${seed}`)),
      ]
    }),
  )
}
