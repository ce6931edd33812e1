import { createContext, useContext } from 'react';

import type { Permission, ViewerQuery } from '../gql/graphql';

export type Viewer = NonNullable<ViewerQuery['viewer']>;
export type Root = Viewer['roots'][number];

export interface Signed {
  viewer: Viewer;
  server: ViewerQuery['server'];
  /** The outermost organization that is worked in; undefined for a plain member. */
  root: Root | undefined;
  chooseRoot: (id: string) => void;
  /** Held anywhere; what may be done to one record the record says itself. */
  can: (permission: Permission) => boolean;
}

export const SignedContext = createContext<Signed | null>(null);

export function useSigned(): Signed {
  const signed = useContext(SignedContext);
  if (!signed) throw new Error('used outside of the signed-in pages');
  return signed;
}
