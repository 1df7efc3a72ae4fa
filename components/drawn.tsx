/** Tells the keys whether what they would answer is on the screen. */
import { useEffect } from 'react';
import type { Answered } from '../state/model.ts';
import { useTools } from './context.ts';

/** Stands beside what is drawn: where that fails, is cut off, or is gone, nothing answers it. */
export function Drawn({ what, enough }: { readonly what: Answered; readonly enough: boolean }) {
  const { store } = useTools();
  useEffect(() => {
    if (!enough) return;
    store.dispatch({ type: 'drawn', what, drawn: true });
    return () => store.dispatch({ type: 'drawn', what, drawn: false });
  }, [store, what, enough]);
  return null;
}
