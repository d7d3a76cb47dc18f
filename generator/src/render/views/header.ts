import type { SdkModel } from '../../model/types.js';
import { commentText } from '../code/quote.js';

/** What every generated file says about itself. */
export interface HeaderView {
  readonly source: string;
  readonly title: string;
  readonly command: string;
}

export function headerView({ source, title, version, perspective }: SdkModel): HeaderView {
  const flag = perspective === 'peer' ? ' --perspective peer' : '';
  return {
    source: commentText(source),
    title: commentText(`${title} ${version}`.replace(/\s+/g, ' ').trim()),
    command: commentText(`fs-gen ${source}${flag}`),
  };
}
