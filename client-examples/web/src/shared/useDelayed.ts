import { useEffect, useState } from 'react';

/** The value as it was a moment ago: one question to the server for a word, not for each letter. */
export function useDelayed<Value>(value: Value, ms = 250): Value {
  const [delayed, setDelayed] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setDelayed(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return delayed;
}
