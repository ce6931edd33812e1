import { NetworkFailure } from './failures';

export interface DemonstrationEntry {
  as: string;
  title: { zh: string; en: string };
  /** Absent when the server does not say. */
  organization?: string;
}

export interface SessionOffer {
  demonstration: boolean;
  entries: DemonstrationEntry[];
}

async function ask(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch {
    throw new NetworkFailure();
  }
  if (!response.ok) throw new NetworkFailure(response.status);
  return response;
}

export const sessionOffer = async (): Promise<SessionOffer> => (await ask('/session')).json() as Promise<SessionOffer>;

export const enterDemonstration = (as: string): Promise<Response> =>
  ask('/session/demonstration', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ as }),
  });

export const endSession = (): Promise<Response> => ask('/session', { method: 'DELETE' });
