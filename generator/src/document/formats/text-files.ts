import { promises as fs } from 'node:fs';

/** Files whose whole text is the value that a reference to them means. */
const TEXT = /\.proto$/i;

interface Address {
  path(): string;
}

/**
 * A resolver for the parser, which takes every file for YAML: it hands on the text of a `.proto` file as one string of
 * JSON, which is YAML too.
 */
export const textFiles = {
  schema: 'file',
  order: 1,
  canRead: (address: Address) => TEXT.test(address.path()),
  read: async (address: Address) =>
    JSON.stringify(await fs.readFile(decodeURIComponent(address.path()), 'utf8')),
};
