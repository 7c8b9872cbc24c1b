import type { CreateDocumentRequest, CreateDocumentResult } from '@fairlead/wire/model/generated/ssm'
import { documentArn, isReservedName } from '../../domain/arn.ts'
import { mostDocuments } from '../../domain/document-version.ts'
import { ServiceError } from '../../domain/error.ts'
import { tagsPerResource } from '../../domain/tag.ts'
import { newCheck } from '../iam/check.ts'
import { requestTagKeys } from '../iam/tags.ts'
import type { Operation } from '../operation.ts'
import { describeDocument, showCustomers } from './described-document.ts'
import { newVersion } from './new-version.ts'
import { readRequires } from './required-documents.ts'
import { describeTags, readTags } from './tags.ts'

/**
 * CreateDocument: a document of type Command or Session. It is active at once; the answer says Creating, as AWS's does.
 */
export const createDocument: Operation<CreateDocumentRequest, CreateDocumentResult> = {
  service: 'ssm',
  name: 'CreateDocument',
  action: 'ssm:CreateDocument',

  // With tags it tags as well, as whoever deploys documents with tags finds out (cisagov/cool-assessment-terraform #126).
  resources: ({ Name, Tags }, scope) => newCheck(documentArn(scope, Name), Tags, 'ssm:AddTagsToResource'),
  requestContext: ({ DocumentType = 'Command', Tags }) => ({
    'ssm:DocumentType': DocumentType,
    ...requestTagKeys(Tags),
  }),

  async handle(input, { store, scope, now }) {
    const { Name: name, DocumentType: type = 'Command', Tags = [] } = input
    if (type !== 'Command' && type !== 'Session') {
      throw new ServiceError(
        'ValidationException',
        `Documents of type ${type} are not supported by this server yet: it takes documents of type Command and Session.`,
      )
    }
    if (isReservedName(name)) {
      throw new ServiceError('ValidationException', `${name} begins with a prefix that is reserved for AWS.`)
    }
    if (type === 'Session' && (input.Requires?.length ?? 0) > 0) {
      throw new ServiceError('ValidationException', 'Documents of type Session require no other documents.')
    }
    const tags = readTags(Tags)
    if (Tags.length > tagsPerResource) {
      throw new ServiceError('ValidationException', `A document can have ${tagsPerResource} tags at most.`)
    }
    const createdAt = now()
    const version = newVersion(input, {
      version: 1,
      createdAt,
      type,
      requires: await readRequires(input, { store, scope }),
    })
    const head = { name, type, createdAt, defaultVersion: 1, latestVersion: 1, lastNumber: 1 } as const
    const outcome = await store.documents.addDocument(head, version, tags, mostDocuments)
    if (outcome === 'name-taken') {
      throw new ServiceError('DocumentAlreadyExists', `Document with same name ${name} already exists`)
    }
    if (outcome === 'too-many') {
      throw new ServiceError('DocumentLimitExceeded', `An account can have ${mostDocuments} documents at most.`)
    }
    const description = describeDocument(showCustomers(head, version, scope))
    return { DocumentDescription: { ...description, Status: 'Creating', Tags: describeTags(tags) } }
  },
}
