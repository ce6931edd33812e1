import { useCallback, useRef, useState } from 'react';

const atLeast = 160;

/** The height of an element; a virtual list has to know it in pixels. */
export function useHeight<Element extends HTMLElement>(): [(element: Element | null) => void, number] {
  const [height, setHeight] = useState(atLeast);
  const observer = useRef<ResizeObserver | null>(null);
  const attach = useCallback((element: Element | null) => {
    observer.current?.disconnect();
    observer.current = null;
    if (!element) return;
    observer.current = new ResizeObserver(([entry]) => {
      if (entry) setHeight(Math.max(atLeast, Math.floor(entry.contentRect.height)));
    });
    observer.current.observe(element);
  }, []);
  return [attach, height];
}
