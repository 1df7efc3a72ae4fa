/** How each model does, in words: a line for each, and below it what is known of it. */
import { modelDetails } from '../../components/format/models.ts';
import { plainText } from '../../components/text/line.ts';
import type { ConsoleState } from '../../state/model.ts';
import { conditionOf, modelRows } from '../../state/model-health.ts';
import { modelKey } from '../../state/model-words.ts';
import { isSilent } from '../../state/staleness.ts';
import { clean } from '../../state/text/clean.ts';

/** Lines are read, and not broken. */
const WIDTH = 1_000;

export function modelLines(state: ConsoleState): readonly string[] {
  const { view } = state;
  if (view === undefined) return ['waiting for the engine'];
  const models = modelRows(view);
  if (models.length === 0) return ['no models in this run: the signals vote alone'];
  return models
    .flatMap((each) => [
      `model ${modelKey(each)}: ${conditionOf(each, view.votes)}`,
      ...modelDetails(each, { votes: view.votes, silent: isSilent(state) }, WIDTH).map((row) => ` ${plainText(row)}`),
    ])
    .map(clean);
}
