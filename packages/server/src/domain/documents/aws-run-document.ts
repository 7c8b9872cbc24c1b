import type { Document } from '../document.ts'

/**
 * Names, types and defaults are those of AWS's public document, which has no HTTP among its sources; the steps and the
 * descriptions are ours.
 */
export const awsRunDocument: Document = {
  name: 'AWS-RunDocument',
  version: '1',
  type: 'Command',
  owner: 'Amazon',
  platformTypes: ['Windows', 'Linux', 'MacOS'],
  content: {
    schemaVersion: '2.2',
    description: 'Download a document of type Command and run it.',
    parameters: {
      sourceType: {
        type: 'String',
        description: 'Where it is: GitHub, HTTP, S3, or SSMDocument for one of this account.',
        allowedValues: ['GitHub', 'HTTP', 'S3', 'SSMDocument'],
      },
      sourceInfo: {
        type: 'StringMap',
        description: 'Which file it is, such as {"name":"NAME:VERSION"} of SSMDocument.',
        displayType: 'textarea',
        default: {},
      },
      documentParameters: {
        type: 'StringMap',
        description: 'The parameters of the document.',
        displayType: 'textarea',
        default: {},
      },
    },
    mainSteps: [
      {
        action: 'aws:downloadContent',
        name: 'downloadContent',
        inputs: { sourceType: '{{ sourceType }}', sourceInfo: '{{ sourceInfo }}', destinationPath: 'document' },
      },
      {
        action: 'aws:runDocument',
        name: 'runDocument',
        inputs: {
          documentType: 'LocalPath',
          documentPath: 'document',
          documentParameters: '{{ documentParameters }}',
        },
      },
    ],
  },
}
