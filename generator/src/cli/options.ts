/** Options that several commands have, with one meaning. */
import { Option } from 'commander';
import { FORMATS } from './report/index.js';

/** Of every command that reads a document. */
export function perspectiveOption(): Option {
  return new Option(
    '--perspective <side>',
    'whose code it is: the application that the document describes, or its peers',
  )
    .choices(['application', 'peer'])
    .default('application');
}

/** Of every command that reports problems. */
export function formatOption(): Option {
  return new Option('--format <format>', 'how to report: for people, or for machines')
    .choices(FORMATS)
    .default('text');
}

export const DOCUMENT = 'AsyncAPI 2.0 to 3.1, YAML or JSON';
