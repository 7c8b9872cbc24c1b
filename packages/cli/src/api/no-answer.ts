import { CliError } from '../cli-error.ts'

/** A server that could not be reached, or broke off: what it was asked to do may be done or not. */
export class NoAnswer extends CliError {}
