/** Why the page that is open has to be left for another one. */
export type Departure = 'signedOut' | 'newPassword';

type Listener = (departure: Departure) => void;

const listeners = new Set<Listener>();

/** Told by whatever asks the server, so that queries and mutations need no code for it. */
export function announceDeparture(departure: Departure): void {
  for (const listener of listeners) listener(departure);
}

export function onDeparture(listener: Listener): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
