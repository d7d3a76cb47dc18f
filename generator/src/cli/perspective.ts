import { Option } from 'commander';

/** The same for every command that reads a document. */
export function perspectiveOption(): Option {
  return new Option(
    '--perspective <side>',
    'whose code it is: the application that the document describes, or its peers',
  )
    .choices(['application', 'peer'])
    .default('application');
}
