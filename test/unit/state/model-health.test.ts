/** Rows of the models panel, the chosen one, and the place that it shares with the governor. */
import { describe, expect, it } from 'vitest';
import { modelRows, selectedModel } from '../../../state/model-health.ts';
import { modelKey } from '../../../state/model-words.ts';
import { MODEL_HEALTH, modelVoteView } from '../../fixtures/console-models.ts';
import { shown } from '../../fixtures/console-rig.ts';
import { engineView } from '../../fixtures/console-view.ts';

const RUN = { models: MODEL_HEALTH, votes: [modelVoteView()] };

describe('models', () => {
  it('stand by kind, the one in the shadow below the one that it challenges', () => {
    const shadow = { ...MODEL_HEALTH[0]!, role: 'shadow' } as const;
    const rows = modelRows(engineView({ models: [...MODEL_HEALTH, shadow] }));
    expect(rows.slice(0, 3).map(modelKey)).toEqual(['depth-trees', 'depth-trees shadow', 'leaf-trees']);
    expect(modelRows(undefined)).toEqual([]);
  });

  it('are the same list for the same view, so that other state does not draw the panel again', () => {
    const view = engineView(RUN);
    expect(modelRows(view)).toBe(modelRows(view));
  });

  it('are chosen by row, and the first one is once the chosen one is gone', () => {
    const rig = shown(RUN);
    const chosen = () => modelKey(selectedModel(rig.store.getState())!);
    expect(chosen()).toBe('depth-trees');
    rig.press('9');
    rig.press('j');
    expect(chosen()).toBe('leaf-trees');
    for (let more = 0; more < 9; more++) rig.press('j');
    expect(chosen()).toBe('patchtst shadow');
    rig.show({ ...RUN, models: MODEL_HEALTH.slice(0, 2) });
    expect(chosen()).toBe('depth-trees');
  });

  it('stay in the place that they share when another panel gets the focus', () => {
    const rig = shown(RUN);
    const aside = () => rig.store.getState().ui.aside;
    expect(aside()).toBe('governor');
    rig.press('9');
    rig.press('3');
    expect(aside()).toBe('models');
    rig.press('g');
    expect(aside()).toBe('governor');
  });
});
