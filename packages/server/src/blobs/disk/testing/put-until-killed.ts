import { openDiskBlobs } from '../disk.ts'

/** A process that puts without end and tells its parent what was answered, until it is killed. */
const blobs = openDiskBlobs({ directory: process.argv[2] ?? '', now: () => new Date('2026-11-22T12:00:00Z') })

for (let round = 0; process.connected; round++) {
  const texts = Array.from({ length: 20 }, (_, index) => `${round}/${index} ${'x'.repeat(index * 100)}`)
  const refs = await Promise.all(texts.map((text) => blobs.put(Buffer.from(text))))
  process.send?.(refs.map((ref, index) => [ref, texts[index]]))
}
