import assert from 'node:assert/strict'
import test from 'node:test'
import { checkClock } from './sigv4.ts'

const tolerance = 5 * 60_000
const at = (time: string) => new Date(`2015-08-30T${time}Z`)
const timestamp = '20150830T123600Z'

test('a signature is good for the tolerance both ways, and not a second more', () => {
  checkClock({ timestamp }, at('12:41:00'), tolerance)
  checkClock({ timestamp }, at('12:31:00'), tolerance)
  assert.throws(() => checkClock({ timestamp }, at('12:41:01'), tolerance), {
    reason: 'expired',
    message: 'Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)',
  })
  assert.throws(() => checkClock({ timestamp }, at('12:30:59'), tolerance), {
    reason: 'not-yet-current',
    message:
      'Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)',
  })
})

test('a presigned request lives as long as it says, whatever the tolerance', () => {
  checkClock({ timestamp, expires: 3600 }, at('13:36:00'), tolerance)
  checkClock({ timestamp, expires: 1 }, at('12:36:01'), tolerance)
  assert.throws(() => checkClock({ timestamp, expires: 1 }, at('12:36:02'), tolerance), { reason: 'expired' })
  assert.throws(() => checkClock({ timestamp, expires: 3600 }, at('12:30:59'), tolerance), {
    reason: 'not-yet-current',
  })
})
