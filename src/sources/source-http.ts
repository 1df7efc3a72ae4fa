/** Requests to providers over the network itself: bounded in time and size, no redirect followed, a failure in words of ours. */
import { answerOf } from '../venues/real-network.ts';
import type { SourceGet } from './slow-source.ts';

const ANSWER_MS = 10_000;
/** The index of every symbol of a venue has some 200 kB. */
const LARGEST_BODY = 2 ** 20;

export const getFromProvider: SourceGet = ({ url, headers }, done) => {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(ANSWER_MS)]);
  answerOf(url, signal, headers, LARGEST_BODY).then(
    (reply) => !over.signal.aborted && done(reply),
    (cause: unknown) => !over.signal.aborted && done({ missing: wordsOf(cause) }),
  );
  return () => over.abort();
};

/** What went wrong, without anything that a provider or a resolver has put into it. */
function wordsOf(cause: unknown): string {
  const { name, message, cause: inner } = cause as Error & { cause?: { code?: unknown } };
  if (name === 'TimeoutError') return 'it does not answer in time';
  if (message === 'the answer is too long') return message;
  const code = String(inner?.code ?? '');
  return code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? 'its name is not found' : 'it cannot be reached';
}
