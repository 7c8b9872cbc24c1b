import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import test from 'node:test'
import fc from 'fast-check'
import { ChunkError, ChunkedDecoder, type ChunkedOptions, type ChunkSigning, SignatureChain } from './chunked.ts'
import { deriveSigningKey } from './sigv4.ts'

const sha256 = (input: string | Uint8Array) => createHash('sha256').update(input).digest('hex')
const hmac = (key: string | Uint8Array, text: string) => createHmac('sha256', key).update(text).digest()
const signedForm = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
const trailerForm = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'
const unsignedForm = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'

// The example of Amazon's S3 API reference: 66,560 bytes of "a" in chunks of 64 KiB and 1 KiB.
const scope = { date: '20130524', region: 'us-east-1', service: 's3' }
const key = deriveSigningKey(hmac, 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', scope)
const signing: ChunkSigning = {
  timestamp: '20130524T000000Z',
  scope: '20130524/us-east-1/s3/aws4_request',
  seedSignature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  sha256,
  sign: (text) => hmac(key, text).toString('hex'),
  equal: (a, b) => a === b,
}

const signedOptions = (
  decodedLength: number,
  form: typeof signedForm | typeof trailerForm = signedForm,
): ChunkedOptions => ({
  form,
  signing,
  decodedLength,
  mostChunkBytes: 100_000,
})
const unsignedOptions = (decodedLength: number): ChunkedOptions => ({
  form: unsignedForm,
  decodedLength,
  mostChunkBytes: 100_000,
})

function encode(chunks: readonly Uint8Array[], trailers: readonly string[] = [], isSigned = true): Buffer {
  const chain = new SignatureChain(signing)
  const head = (chunk: Uint8Array) =>
    `${chunk.length.toString(16)}${isSigned ? `;chunk-signature=${chain.signChunk(chunk)}` : ''}\r\n`
  const parts = chunks.flatMap((chunk) => [Buffer.from(head(chunk)), chunk, Buffer.from('\r\n')])
  parts.push(Buffer.from(head(new Uint8Array(0))))
  for (const trailer of trailers) parts.push(Buffer.from(`${trailer}\r\n`))
  if (isSigned && trailers.length > 0) {
    const signature = chain.signTrailer(trailers.map((trailer) => `${trailer}\n`).join(''))
    parts.push(Buffer.from(`x-amz-trailer-signature:${signature}\r\n`))
  }
  return Buffer.concat([...parts, Buffer.from('\r\n')])
}

function decode(options: ChunkedOptions, ...parts: readonly Uint8Array[]) {
  const decoder = new ChunkedDecoder(options)
  const body = parts.flatMap((part) => [...decoder.push(part)])
  return { trailers: decoder.end(), body: Buffer.concat(body) }
}

const refuses = (reason: ChunkError['reason'], options: ChunkedOptions, ...parts: readonly Uint8Array[]) =>
  assert.throws(() => decode(options, ...parts), { name: 'ChunkError', reason })

test('the example of the S3 reference has the signatures that Amazon gives for it', () => {
  const chain = new SignatureChain(signing)
  const signatures = [65_536, 1024, 0].map((size) => chain.signChunk(Buffer.alloc(size, 'a')))
  assert.deepEqual(signatures, [
    'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  ])
})

test('a body comes out as it was, wherever the connection cuts it', () => {
  const chunks = [Buffer.from('hello, '), Buffer.from('\r\nworld\r\n0;')]
  const body = Buffer.concat(chunks)
  const signed = encode(chunks, ['x-amz-checksum-crc32:AAAAAA=='])
  const unsigned = encode(chunks, ['x-amz-checksum-crc32:AAAAAA=='], false)
  const forms = [
    [signedOptions(body.length, trailerForm), signed],
    [unsignedOptions(body.length), unsigned],
    [signedOptions(body.length), encode(chunks)],
  ] as const
  for (const [options, bytes] of forms) {
    for (let cut = 0; cut <= bytes.length; cut++) {
      const decoded = decode(options, bytes.subarray(0, cut), bytes.subarray(cut))
      assert.deepEqual(decoded.body, body)
    }
    assert.deepEqual(decode(options, ...Array.from(bytes, (byte) => Uint8Array.of(byte))).body, body)
  }
})

test('any chunks in any pieces make the body they were made of', () => {
  const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 6 })
  fc.assert(
    fc.property(pieces, fc.boolean(), fc.array(fc.nat(2000), { maxLength: 8 }), (chunks, isSigned, cuts) => {
      const bytes = encode(chunks, [], isSigned)
      const body = Buffer.concat(chunks)
      const edges = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]
      const parts = edges.slice(1).map((edge, at) => bytes.subarray(edges[at], edge))
      const options = isSigned ? signedOptions(body.length) : unsignedOptions(body.length)
      assert.deepEqual(decode(options, ...parts).body, body)
    }),
  )
})

test('trailing headers are given by lower-case name, without their signature', () => {
  const bytes = encode([Buffer.from('a')], ['x-amz-checksum-crc32:AAAAAA=='])
  const { trailers } = decode(signedOptions(1, trailerForm), bytes)
  assert.deepEqual([...trailers], [['x-amz-checksum-crc32', 'AAAAAA==']])
})

test('no byte of a signed chunk comes out before its signature is proved', () => {
  const bytes = encode([Buffer.from('good'), Buffer.from('evil')])
  bytes.write('EVIL', bytes.indexOf('evil'))
  const decoder = new ChunkedDecoder(signedOptions(8))
  const out: Uint8Array[] = []
  assert.throws(
    () => {
      for (const byte of bytes) out.push(...decoder.push(Uint8Array.of(byte)))
    },
    { reason: 'mismatch' },
  )
  assert.equal(Buffer.concat(out).toString(), 'good')
})

test('chunks in another order, twice or left out break the chain', () => {
  const [a, b] = [Buffer.from('aaaa'), Buffer.from('bbbb')]
  const bytes = encode([a, b])
  const length = bytes.indexOf('aaaa') + 6
  const [first, second, last] = [
    bytes.subarray(0, length),
    bytes.subarray(length, 2 * length),
    bytes.subarray(2 * length),
  ]
  refuses('mismatch', signedOptions(8), second, first, last)
  refuses('mismatch', signedOptions(8), first, first, last)
  refuses('mismatch', signedOptions(4), first, last)
  refuses('length', signedOptions(8), first, last)
})

test('a changed trailer, or one whose signature is left out, is refused', () => {
  const bytes = encode([Buffer.from('a')], ['x-amz-checksum-crc32:AAAAAA=='])
  const text = bytes.toString('latin1')
  refuses('mismatch', signedOptions(1, trailerForm), Buffer.from(text.replace('AAAAAA', 'BAAAAA')))
  refuses('mismatch', signedOptions(1, trailerForm), Buffer.from(text.replace(/x-amz-trailer-signature.*\r\n/, '')))
  refuses('malformed', signedOptions(1), bytes)
})

test('a body that is longer or shorter than it said is refused', () => {
  const bytes = encode([Buffer.from('abc')])
  refuses('length', signedOptions(2), bytes)
  refuses('length', signedOptions(4), bytes)
})

test('a body that stops early, at whatever byte, has no end', () => {
  const bytes = encode([Buffer.from('abc')], ['a:b'])
  for (let length = 0; length < bytes.length; length++) {
    refuses('malformed', signedOptions(3, trailerForm), bytes.subarray(0, length))
  }
})

test('an unsigned chunk where signatures are due, and the reverse, is refused', () => {
  refuses('malformed', signedOptions(1), encode([Buffer.from('a')], [], false))
  refuses('malformed', unsignedOptions(1), encode([Buffer.from('a')]))
})

test('what is too large, too long or no chunk at all is refused', () => {
  const unsigned = (text: string) => () => decode(unsignedOptions(10), Buffer.from(text))
  assert.throws(() => decode({ ...unsignedOptions(1e9), mostChunkBytes: 15 }, Buffer.from('10\r\n')), {
    reason: 'too-large',
  })
  for (const text of [
    '',
    'x\r\n',
    '1\n',
    '-1\r\n',
    '1;ext=1\r\n',
    '1\r\nab\r\n',
    '0\r\n\r\nmore',
    '123456789\r\n',
    '\r\n',
  ]) {
    assert.throws(unsigned(text), ChunkError, JSON.stringify(text))
  }
  assert.throws(unsigned('1'.repeat(2000)), { reason: 'malformed' })
  const trailers = Array.from({ length: 40 }, (_, at) => `h${at}:v\r\n`).join('')
  assert.throws(unsigned(`a\r\n0123456789\r\n0\r\n${trailers}\r\n`), { reason: 'malformed' })
  assert.throws(unsigned('a\r\n0123456789\r\n0\r\na:b\r\nA:c\r\n\r\n'), { reason: 'malformed' })
})

test('any bytes are either decoded or refused with a ChunkError', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.nat(80), fc.nat(255), (noise, at, byte) => {
      const damaged = encode([Buffer.from('abc')], ['a:b'])
      damaged[at] = byte
      for (const bytes of [noise, damaged]) {
        try {
          decode(signedOptions(3, trailerForm), bytes)
        } catch (error) {
          assert.ok(error instanceof ChunkError)
        }
      }
    }),
  )
})
