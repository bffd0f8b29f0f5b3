import { NotaryError } from '../sdk/error.ts';

/** A part of this program that is loaded when it is needed, or `network` when it does not come. */
export function arrived<Module>(part: Promise<Module>): Promise<Module> {
  return part.catch(() => {
    throw new NotaryError('network');
  });
}
