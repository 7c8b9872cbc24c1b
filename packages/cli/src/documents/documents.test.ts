import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { given } from '@fairlead/testkit/given'
import { temporaryFolder } from '../testing/server-folder.ts'
import { testSurroundings } from '../testing/test-surroundings.ts'
import { documentsCommand, putCommand, showDocument } from './documents-command.ts'

const { dataDir } = await given({ after })
const workingDirectory = temporaryFolder({ after })

async function say(work: (surroundings: ReturnType<typeof testSurroundings>) => Promise<void>): Promise<string> {
  const surroundings = testSurroundings({ workingDirectory })
  await work(surroundings)
  return surroundings.said()
}

const put = (file: string, options = {}) => say((one) => putCommand(file, { dataDir, ...options }, one))
const content = (word: string) => `schemaVersion: "2.2"
description: Says a word
parameters:
  word: {type: String, default: ${word}, description: What to say}
mainSteps:
  - action: aws:runShellScript
    name: say
    inputs: {runCommand: ["echo {{ word }}"]}
`

test('a file becomes a document, then a new version of it, and then none', async () => {
  const file = join(workingDirectory, 'say-word.yaml')
  writeFileSync(file, content('one'))
  assert.equal(await put('say-word.yaml'), 'say-word is made.\n')
  writeFileSync(file, content('two'))
  assert.equal(await put('say-word.yaml'), 'Version 2 of say-word is made, and is what is used now.\n')
  assert.equal(await put(file), 'Version 2 of say-word has this content already, and is what is used now.\n')
  writeFileSync(file, content('three'))
  assert.equal(await put(file, { keepDefault: true }), 'Version 3 of say-word is made.\n')

  const told = { name: 'say-word', version: '3', isNew: false, isDefault: false }
  assert.deepEqual(JSON.parse(await put(file, { keepDefault: true, json: true })), told)

  assert.equal(await say((one) => showDocument('say-word', { dataDir }, one)), content('two'))
  const shown = await say((one) => documentsCommand('say-word', { dataDir }, one))
  assert.match(shown, /^document +say-word\ntype +Command, schema 2\.2, YAML\n/)
  assert.match(shown, /version +2; default 2, latest 3\n/)
  assert.match(shown, / {2}-p word=… {2}String, usually "two"\. What to say\n/)
})

test('documents are listed, one’s own first', async () => {
  const lines = (await say((one) => documentsCommand(undefined, { dataDir }, one))).split('\n')

  assert.match(lines[0] ?? '', /^DOCUMENT +TYPE +VERSION /)
  const own = lines.findIndex((line) => /^say-word +Command /.test(line))
  const amazons = lines.findIndex((line) => /^AWS-RunShellScript +Command .* Amazon /.test(line))
  assert.ok(own > 0 && own < amazons)
})

test('what cannot be put says why', async () => {
  await assert.rejects(put('none.yaml'), /none\.yaml cannot be read/)
  writeFileSync(join(workingDirectory, 'bad.json'), '{')
  await assert.rejects(put('bad.json'), /InvalidDocumentContent/)
})

test('of a session document that names a place for logs it is told where they stay', async () => {
  const session = (s3BucketName: string) =>
    JSON.stringify(
      { schemaVersion: '1.0', sessionType: 'Standard_Stream', inputs: { s3BucketName, runAsEnabled: false } },
      undefined,
      2,
    )
  const complaintOf = async (name: string, content: string) => {
    writeFileSync(join(workingDirectory, name), content)
    const surroundings = testSurroundings({ workingDirectory })
    await putCommand(name, { dataDir }, surroundings)
    return surroundings.complained()
  }

  assert.match(await complaintOf('logged.json', session('sessions')), /leave a log here; .* not there yet/)
  assert.equal(await complaintOf('silent.json', session('')), '')
})
