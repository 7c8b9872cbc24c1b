import { mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type RecordingFiles, recordingStart } from '../../domain/recording-files.ts'
import { DiskAppender } from './disk-appender.ts'
import { mostMemberBytes } from './member-codec.ts'
import { readMembers } from './read-members.ts'
import { nothingRecorded, recordedWith } from './recorded-so-far.ts'

export interface DiskRecordingsOptions {
  /** Made when it is not there, readable by its owner alone. */
  readonly directory: string
  readonly random: (length: number) => Uint8Array
}

/** Keeps recordings in files of one directory. */
export function openDiskRecordings({ directory, random }: DiskRecordingsOptions): RecordingFiles {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const scratch = Buffer.allocUnsafe(mostMemberBytes)
  const pathOf = (file: string) => {
    if (!/^[\w-]{1,64}$/.test(file)) throw new RangeError(`${file.slice(0, 80)} is no name of a recording`)
    return join(directory, `${file}.rec`)
  }
  return {
    async append(file, key) {
      const path = pathOf(file)
      let [found, end] = [nothingRecorded, recordingStart]
      for await (const { events, next } of readMembers(path, key, recordingStart)) {
        found = recordedWith(found, events)
        end = next
      }
      return new DiskAppender({ path, key, found, end, random, scratch })
    },
    read: (file, key, from) => readMembers(pathOf(file), key, from),
    remove: (file) => rm(pathOf(file), { force: true }),
  }
}
