import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CliError } from '../cli-error.ts'
import { ApiError } from './api-error.ts'
import { apiHint } from './api-hint.ts'

const refusal = (code: string, requestId?: string) => new ApiError('ListNodes', 400, code, 'no', requestId)

test('a denial is followed by how to have it explained, however deep it lies', () => {
  const cause = new CliError('between', { cause: refusal('AccessDeniedException', '1b4f') })

  assert.equal(apiHint(new CliError('outside', { cause })), '  Why: fairlead explain 1b4f\n')
  assert.equal(apiHint(refusal('AccessDenied')), '')
})

test('credentials that are wrong or old are followed by what to do, and what speaks for itself by nothing', () => {
  assert.match(apiHint(refusal('ExpiredTokenException')), /sign in again/)
  assert.match(apiHint(refusal('UnrecognizedClientException')), /AWS_PROFILE/)
  assert.match(apiHint(refusal('InvalidDocument')), /"fairlead documents"/)
  for (const error of [refusal('InvalidDocumentContent'), new Error('x'), 'x']) assert.equal(apiHint(error), '')
})
