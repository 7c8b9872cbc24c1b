import type { GetRecordingRequest, GetRecordingResponse } from '@fairlead/wire/model/generated/fairlead'
import { castEnd, castHeader, castLine } from '../../domain/asciicast.ts'
import { ServiceError } from '../../domain/error.ts'
import { type RecordedEvent, sessionBytes } from '../../domain/recorded-event.ts'
import type { Recording } from '../../domain/recording.ts'
import type { RecordingReader } from '../../domain/recording-files.ts'
import type { Operation } from '../operation.ts'
import { pageToken, placeOf } from '../ssm/page-token.ts'
import { allowedBySession } from '../ssm/session-access.ts'
import { describeRecording, detailsOf } from './describe-recording.ts'
import { firstPlace, type PagePlace, parsePlace, placeText } from './recording-place.ts'

/** A program may speak before its terminal has told its size: in so many members a size is looked for. */
const membersAtFirst = 16

/** Of the text of one page: in base64 it stays below a megabyte. */
const mostPageBytes = 700_000

/**
 * GetRecording: a recording as asciicast v2, page by page. Of a session that goes on it is what was written so far.
 *
 * A page is lines of the file, so pages one after the other are the file.
 */
export const getRecording: Operation<GetRecordingRequest, GetRecordingResponse> = {
  service: 'fairlead',
  name: 'GetRecording',
  action: 'fairlead:GetRecording',

  resources: () => [],

  async handle({ SessionId: sessionId, NextToken }, context) {
    const { store, recordings } = context
    const recording = await allowedBySession(sessionId, await store.recordings.findRecording(sessionId), context)
    if (!recording) {
      throw new ServiceError('DoesNotExistException', `There is no recording of session ${sessionId}.`)
    }
    if (recording.refusal) throw new ServiceError('RecordingNotAvailable', detailsOf(recording.refusal))
    const listing = `${this.name}/${sessionId}`
    const token = placeOf(listing, NextToken)
    const place = token === undefined ? undefined : parsePlace(token)
    if (token !== undefined && place === undefined) {
      throw new ServiceError('InvalidNextToken', 'The specified token is not valid.')
    }
    const { text, next } = await pageOf(recording, recordings, place)
    return {
      Recording: describeRecording(recording),
      Content: Buffer.from(text),
      NextToken: pageToken(listing, next && placeText(next)),
    }
  },
}

async function pageOf(
  recording: Recording,
  reader: RecordingReader,
  from: PagePlace | undefined,
): Promise<{ readonly text: string; readonly next?: PagePlace }> {
  const lines: string[] = []
  let length = 0
  const add = (line: string) => {
    lines.push(line)
    length += Buffer.byteLength(line)
  }
  const note = (words: string) => add(`${JSON.stringify([atMs / 1000, 'm', words])}\n`)
  let { member, skip, state, atMs, bytes } = from ?? firstPlace
  if (from === undefined) {
    const header = castHeader(recording, await firstEvents(recording, reader))
    add(header.line)
    state = header.state
  }
  for await (const { events, isDamaged, next } of reader.read(recording, member)) {
    if (isDamaged) note('Something is missing here: the file was damaged')
    for (const event of events.slice(skip)) {
      const { line, state: after } = castLine(event, state)
      if (length > 0 && length + Buffer.byteLength(line) > mostPageBytes)
        return { text: lines.join(''), next: { member, skip, state, atMs, bytes } }
      add(line)
      state = after
      atMs = event.atMs
      bytes += sessionBytes(event)
      skip++
    }
    member = next
    skip = 0
  }
  if (recording.endedAt) add(castEnd(atMs, state))
  // No member tells of those behind it that are gone.
  const gone = recording.bytes - bytes
  if (recording.endedAt && gone > 0)
    note(`${gone} of ${recording.bytes} bytes are not in the file of this recording any more`)
  return { text: lines.join('') }
}

/** Events from the beginning, as far as one that tells a size. */
async function firstEvents(recording: Recording, reader: RecordingReader): Promise<RecordedEvent[]> {
  const first: RecordedEvent[] = []
  let members = 0
  for await (const { events } of reader.read(recording, firstPlace.member)) {
    first.push(...events)
    if (++members === membersAtFirst || events.some(({ kind }) => kind === 'resize')) break
  }
  return first
}
