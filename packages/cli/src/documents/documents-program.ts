import { type Command, Option } from 'commander'
import type { Surroundings } from '../surroundings.ts'
import type { DocumentsOptions, ShowDocumentOptions } from './documents-command.ts'
import type { PutOptions } from './put-document.ts'

const dataDirOption = ['--data-dir <dir>', 'of the server, to use its root key; else as AWS’s tools'] as const

/** `fairlead documents`. */
export function addDocuments(fairlead: Command, surroundings: Surroundings): void {
  const documents = fairlead
    .command('documents')
    .description('List documents, tell what one takes, show one, or put one there.')
    .argument('[name]', 'of a document: what it is and its parameters')
    .option('--json', 'as the API answers it')
    .option(...dataDirOption)
    .addHelpText('after', examples)
    .action(async (name: string | undefined, options: DocumentsOptions) => {
      const { documentsCommand } = await import('./documents-command.ts')
      await documentsCommand(name, options, surroundings)
    })

  documents
    .command('show')
    .description('Print the content of a document.')
    .argument('<name>', 'of the document')
    .option('--document-version <version>', 'a number, $DEFAULT or $LATEST')
    .option('--json', 'as the API answers it')
    .option(...dataDirOption)
    .action(async (name: string, options: ShowDocumentOptions) => {
      const { showDocument } = await import('./documents-command.ts')
      await showDocument(name, { ...documents.opts(), ...options }, surroundings)
    })

  documents
    .command('put')
    .description('Make a document of a file, or a new version of it that is used from then on.')
    .argument('<file>', 'its content: .json, .yaml or .yml')
    .option('--name <name>', 'of the document; that of the file, unless it is said')
    .addOption(new Option('--type <type>', 'read from the content, unless it is said').choices(['Command', 'Session']))
    .option('--keep-default', 'the new version is there, and the old one is used')
    .option('--json', 'what was made, as one JSON object: {name, version, isNew, isDefault}')
    .option(...dataDirOption)
    .action(async (file: string, options: DocumentsOptions & PutOptions) => {
      const { putCommand } = await import('./documents-command.ts')
      await putCommand(file, { ...documents.opts(), ...options }, surroundings)
    })
}

const examples = `
  fairlead documents
  fairlead documents AWS-RunShellScript
  fairlead documents show AWS-RunShellScript
  fairlead documents put restart-app.yaml
  fairlead run --targets tag:role=web -d restart-app -p service=nginx

Allowed it must be: ssm:ListDocuments, ssm:DescribeDocument and ssm:GetDocument; to put one, ssm:CreateDocument,
ssm:UpdateDocument and ssm:UpdateDocumentDefaultVersion on it.`
