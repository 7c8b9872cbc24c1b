import type { DocumentShare } from '../../domain/document-share.ts'
import type { Row } from '../database.ts'
import { text } from '../row.ts'

const ofDocument = 'account = $1 AND region = $2 AND name = $3'

export const selectShares = `SELECT shared_with, shared_version FROM document_shares WHERE ${ofDocument}
  ORDER BY shared_with`

export const saveShare = `INSERT INTO document_shares (account, region, name, shared_with, shared_version)
  VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (account, region, name, shared_with) DO UPDATE SET shared_version = excluded.shared_version`

export const deleteShare = `DELETE FROM document_shares WHERE ${ofDocument} AND shared_with = $4`

/** Changes nothing: it is there to be expected of a document that is to have shares, and not too many of them. */
const stays = `UPDATE documents SET name = name WHERE ${ofDocument}`
export const requireDocument = stays
export const requireFewShares = `${stays} AND (SELECT COUNT(*) FROM document_shares WHERE ${ofDocument}) <= $4`
export const requireFewPublic = `${stays} AND (SELECT COUNT(*) FROM document_shares
  WHERE account = $1 AND region = $2 AND shared_with = 'all') <= $4`

export function shareOf(row: Row): DocumentShare {
  return {
    sharedWith: text(row, 'shared_with'),
    // Written by nobody but `saveShare`.
    version: text(row, 'shared_version') as DocumentShare['version'],
  }
}
