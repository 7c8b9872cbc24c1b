import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { temporaryFolder } from '../testing/server-folder.ts'
import { testSurroundings } from '../testing/test-surroundings.ts'
import { playRecording } from './play-recording.ts'

const header = '{"version":2,"width":80,"height":24}\n'

test('a file is played without a server: what is whole of it', async (t) => {
  const workingDirectory = temporaryFolder(t)
  const play = async (name: string, text: string | undefined) => {
    if (text !== undefined) writeFileSync(join(workingDirectory, name), text)
    const stdout = new PassThrough()
    const chunks: Buffer[] = []
    stdout.on('data', (bytes: Buffer) => chunks.push(bytes))
    const surroundings = testSurroundings({ workingDirectory, environment: {} })
    const screen = { stdin: new PassThrough(), stdout, onSignal: () => () => undefined }
    const status = await playRecording(name, { speed: 1 }, surroundings, screen)
    return [status, Buffer.concat(chunks).toString(), surroundings.complained()]
  }

  const lines = `${header}[0.1,"o","grüße\\r\\n"]\n[0.2,"m","Some is missing"]\n[9,"o","end"]\n`
  assert.deepEqual(await play('whole.cast', lines), [0, 'grüße\r\nend', 'At 0.2 s: Some is missing\n'])
  assert.deepEqual((await play('cut.cast', `${lines}[10,"o","to`))[1], 'grüße\r\nend')
  assert.deepEqual((await play('./named-otherwise', lines.trimEnd()))[1], 'grüße\r\nend')
  const long = 'x'.repeat(300_000)
  assert.equal((await play('long.cast', `${header}${JSON.stringify([0.1, 'o', long])}\n`))[1], long)

  await assert.rejects(play('empty.cast', ''), /empty\.cast is no asciicast of version 2/)
  await assert.rejects(play('other.cast', 'PNG\n'), /is no asciicast of version 2/)
  await assert.rejects(play('first.cast', '{"version":1}\n'), /is no asciicast of version 2/)
  await assert.rejects(play('broken.cast', `${header}[1]\n`), /a line in it that is none of an asciicast/)
  await assert.rejects(play('nowhere.cast', undefined), /nowhere\.cast cannot be read: ENOENT/)
})
