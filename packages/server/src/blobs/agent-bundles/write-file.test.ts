import assert from 'node:assert/strict'
import { chownSync, lstatSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { giveToOwnerOf } from './write-file.ts'

const skip = process.getuid?.() === 0 ? false : 'only root gives files to others'

test('who owns the folder is given what is in it, and not what a link in it leads to', { skip }, (t) => {
  const place = mkdtempSync(join(tmpdir(), 'fairlead-owner-'))
  t.after(() => rmSync(place, { recursive: true }))
  const [folder, secret] = [join(place, 'of-server'), join(place, 'secret')]
  mkdirSync(folder)
  chownSync(folder, 4242, 4242)
  writeFileSync(secret, 'of root')
  const [file, link] = [join(folder, 'file'), join(folder, 'link')]
  writeFileSync(file, '')
  symlinkSync(secret, link)

  for (const path of [file, link]) giveToOwnerOf(folder, path)

  assert.deepEqual([lstatSync(file).uid, lstatSync(link).uid, statSync(secret).uid], [4242, 4242, 0])
})
