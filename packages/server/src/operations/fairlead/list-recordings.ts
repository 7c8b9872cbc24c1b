import type { ListRecordingsRequest, ListRecordingsResponse } from '@fairlead/wire/model/generated/fairlead'
import { sessionArn } from '../../domain/arn.ts'
import type { Caller } from '../../domain/caller.ts'
import type { Scope } from '../../domain/scope.ts'
import { sessionOwnerName } from '../../domain/session-id.ts'
import type { AccessCheck, Operation } from '../operation.ts'
import { pageToken, placeOf } from '../ssm/page-token.ts'
import { describeRecording } from './describe-recording.ts'

const defaultMaxResults = 50

/**
 * ListRecordings: the recordings of sessions, newest first.
 *
 * All of them need `session/*`, those of one owner `session/OWNER-*`: so who may watch their own by
 * `session/${aws:username}-*`, or by `${aws:userid}`, may list their own by asking for them.
 */
export const listRecordings: Operation<ListRecordingsRequest, ListRecordingsResponse> = {
  service: 'fairlead',
  name: 'ListRecordings',
  action: 'fairlead:ListRecordings',

  resources: ({ OwnerName }, scope, caller) => [checkOf(OwnerName, scope, caller)],

  async handle({ Target: nodeId, OwnerName: ownerName, MaxResults: limit = defaultMaxResults, NextToken }, { store }) {
    const listing = `${this.name}/${nodeId ?? ''}/${ownerName ?? ''}`
    const after = placeOf(listing, NextToken)
    const { items, next } = await store.recordings.listRecordings({ nodeId, ownerName }, { limit, after })
    return { Recordings: items.map(describeRecording), NextToken: pageToken(listing, next) }
  },
}

function checkOf(ownerName: string | undefined, scope: Scope, caller: Caller): AccessCheck {
  if (ownerName === undefined) return { resource: sessionArn(scope, '*') }
  const resource = sessionArn(scope, `${ownerName}-*`)
  // Somebody else may have the same name: a role session, say. It is named after what it is anyway.
  if (sessionOwnerName(caller) !== ownerName) return { resource }
  return { resource, alternatives: [{ resource: sessionArn(scope, `${caller.userId}-*`) }] }
}
