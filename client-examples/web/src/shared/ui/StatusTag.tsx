import type { ReactNode } from 'react';

export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'none';

/** A state in words and colour; antd's coloured tags miss the contrast that small text needs. */
export function StatusTag({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`bn-tag bn-tag-${tone}`}>{children}</span>;
}
