/** What no reader of tree models takes, and that it says what and where. */
import { describe, expect, it } from 'vitest';
import { CategoryCollector } from '../../../../../engine/models/trees/category-collector.ts';
import { ModelFormatError } from '../../../../../engine/models/trees/format-error.ts';
import { readLightgbmJson } from '../../../../../engine/models/trees/formats/lightgbm-json-reader.ts';
import { readLightgbmText } from '../../../../../engine/models/trees/formats/lightgbm-text-reader.ts';
import { readModel } from '../../../../../engine/models/trees/formats/read-model.ts';
import { encodeUtf8 } from '../../../../../engine/models/trees/formats/utf8.ts';
import { readXgboostJson } from '../../../../../engine/models/trees/formats/xgboost-reader.ts';

/** A stump on the second of two features, changed as asked. */
function xgboostText(tree: object = {}, learner: object = {}, parameters: object = {}): string {
  return JSON.stringify({
    learner: {
      feature_names: [],
      gradient_booster: {
        name: 'gbtree',
        model: {
          tree_info: [0],
          trees: [
            {
              left_children: [1, -1, -1],
              right_children: [2, -1, -1],
              split_indices: [1, 0, 0],
              split_conditions: [0.5, -1, 1],
              default_left: [1, 0, 0],
              ...tree,
            },
          ],
        },
      },
      learner_model_param: { base_score: '5E-1', num_class: '0', num_feature: '2', ...parameters },
      objective: { name: 'binary:logistic' },
      ...learner,
    },
  });
}

const LIGHTGBM = `tree
version=v4
num_class=1
num_tree_per_iteration=1
max_feature_idx=1
objective=binary sigmoid:1
feature_names=a b

Tree=0
num_leaves=3
num_cat=0
split_feature=0 1
threshold=0.5 1.5
decision_type=2 10
left_child=-1 -2
right_child=1 -3
leaf_value=1 2 3

end of trees
`;

describe('XGBoost', () => {
  it('takes the plain model', () => expect(readXgboostJson(xgboostText()).featureCount).toBe(2));

  const infinite = '[0.5,-1,1]';
  it.each([
    ['a child outside', { left_children: [3, -1, -1] }, 'node 0 leads to node 3 of 3 (model.learner.gradient_booster'],
    ['a child below', { right_children: [-2, -1, -1] }, 'leads to node -2'],
    ['a cycle to the root', { left_children: [0, -1, -1] }, 'node 0 is reached twice'],
    ['both children the same', { right_children: [1, -1, -1] }, 'node 1 is reached twice'],
    ['one child only', { left_children: [-1, -1, -1] }, 'one child only'],
    ['a feature outside', { split_indices: [2, 0, 0] }, 'node 0 asks for feature 2 of 2'],
    ['a feature below', { split_indices: [-1, 0, 0] }, 'asks for feature -1'],
    ['a list too short', { split_indices: [1, 0] }, 'split_indices'],
    ['a list of texts', { split_conditions: ['0.5', -1, 1] }, 'item 0 is not a number'],
    ['a child between two', { left_children: [1.5, -1, -1] }, 'item 0 is 1.5'],
    ['no threshold', { split_conditions: [null, -1, 1] }, 'node 0 has the threshold NaN'],
    ['a leaf without a value', { split_conditions: [0.5, null, 1] }, 'leaf 1 has the value NaN'],
    ['leaves of many values', { tree_param: { size_leaf_vector: '3' } }, 'leaves of 3 values'],
    ['a category too large', { ...categories([0, 999_999_999]) }, 'no category 999999999'],
    ['a category below', { ...categories([-1]) }, 'no category -1'],
    ['categories outside', { ...categories([1], 0, 5) }, 'category set 0 lies outside'],
    ['categories of nobody', { ...categories([1], 0, 1, 7) }, 'belongs to node 7'],
    ['a category without its set', { split_type: [1, 0, 0] }, 'categorical in one place'],
  ])('refuses %s', (_, tree, why) => {
    expect(() => readXgboostJson(xgboostText(tree))).toThrow(ModelFormatError);
    expect(() => readXgboostJson(xgboostText(tree))).toThrow(why);
  });

  it('refuses an infinite threshold, written as XGBoost would', () => {
    const text = xgboostText().replace(infinite, '[-Infinity,-1,1]');
    expect(() => readXgboostJson(text)).toThrow('node 0 has the threshold -Infinity');
    expect(() => readXgboostJson(text.replace('-Infinity', 'NaN'))).toThrow('node 0 has the threshold NaN');
  });

  it.each([
    ['another booster', { gradient_booster: { name: 'gblinear' } }, 'gblinear is not known'],
    ['another objective', { objective: { name: 'rank:pairwise' } }, 'rank:pairwise is not known'],
    ['an objective of the prototype', { objective: { name: 'constructor' } }, 'constructor is not known'],
    ['a name too few', { feature_names: ['a'] }, '1 names for 2 features'],
    ['a control character in a name', { feature_names: ['a', '\u001b[31m'] }, 'control character'],
    ['a name that is none', { feature_names: ['a', 7] }, 'model.learner.feature_names[1]'],
    ['no objective', { objective: {} }, 'missing (model.learner.objective.name)'],
  ])('refuses %s', (_, learner, why) => expect(() => readXgboostJson(xgboostText({}, learner))).toThrow(why));

  it.each([
    ['many targets', { num_target: '2' }, '2 targets'],
    ['no features', { num_feature: '0' }, 'num_feature'],
    ['endless features', { num_feature: '9999999999' }, 'num_feature'],
    ['endless classes', { num_class: '100000' }, 'num_class'],
    ['classes for a probability', { num_class: '3' }, '3 classes for the objective binary:logistic'],
    ['a certain base score', { base_score: '1' }, 'base score 1'],
  ])('refuses %s', (_, parameters, why) => {
    expect(() => readXgboostJson(xgboostText({}, {}, parameters))).toThrow(why);
  });

  it('finds nothing in prototypes and leaves them alone', () => {
    const polluted = xgboostText().replace('{', '{"__proto__":{"learner":{},"polluted":1},');
    expect(readXgboostJson(polluted).featureCount).toBe(2);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(() => readXgboostJson('{"__proto__":{"learner":{}}}')).toThrow('missing (model.learner)');
    expect(() => readXgboostJson('{"learner":{"constructor":1}}')).toThrow('missing');
  });

  it.each(['', '{', 'null', '[]', '7', '{"a":Infinity', `${'['.repeat(200_000)}`, `${'{"a":'.repeat(100_000)}`])(
    'refuses %.20s',
    (text) => expect(() => readXgboostJson(text)).toThrow(ModelFormatError),
  );
});

function categories(members: readonly number[], start = 0, size = members.length, owner = 0): object {
  return {
    categories: members,
    categories_nodes: [owner],
    categories_segments: [start],
    categories_sizes: [size],
    split_type: [1, 0, 0],
  };
}

describe('LightGBM', () => {
  it('takes the plain model', () => expect(readLightgbmText(LIGHTGBM).featureNames).toEqual(['a', 'b']));

  it.each([
    ['a child outside', 'right_child=1 -3', 'right_child=2 -3', 'right_child 2 of node 0'],
    ['a leaf outside', 'right_child=1 -3', 'right_child=1 -4', 'node 1 leads to node 5 of 5 (tree 0, line 9)'],
    ['a cycle', 'right_child=1 -3', 'right_child=1 0', 'node 0 is reached twice'],
    ['a loop of one', 'left_child=-1 -2', 'left_child=-1 1', 'node 1 is reached twice'],
    ['a split that nothing leads to', 'right_child=1 -3', 'right_child=-2 -3', 'nothing leads to node 1'],
    ['no threshold', 'threshold=0.5 1.5', 'threshold=0.5 nan', 'node 1 has no threshold'],
    ['a feature outside', 'split_feature=0 1', 'split_feature=0 2', 'asks for feature 2 of 2'],
    ['a list too short', 'threshold=0.5 1.5', 'threshold=0.5', 'threshold has 1 items instead of 2'],
    ['a word for a number', 'leaf_value=1 2 3', 'leaf_value=1 two 3', 'item 1 of leaf_value is not a number'],
    ['an infinite leaf', 'leaf_value=1 2 3', 'leaf_value=1 inf 3', 'leaf 3 has the value Infinity'],
    ['endless leaves', 'num_leaves=3', 'num_leaves=9999999999', 'num_leaves is 9999999999'],
    ['many leaves', 'num_leaves=3', 'num_leaves=9999999', 'leaf_value has 3 items instead of 9999999'],
    ['an unknown decision', 'decision_type=2 10', 'decision_type=2 99', 'decision_type 99'],
    ['an unknown missing type', 'decision_type=2 10', 'decision_type=2 14', 'missing type 3'],
    ['no category set', 'decision_type=2 10', 'decision_type=2 1', 'asks for category set 1 of 0'],
    ['linear leaves', 'num_cat=0', 'num_cat=0\nis_linear=1', 'linear leaves'],
    ['an unknown version', 'version=v4', 'version=v9', 'version v9 (line 1)'],
    ['an unknown objective', 'objective=binary', 'objective=toString', 'toString is not known'],
    ['a sigmoid of nothing', 'sigmoid:1', 'sigmoid:0', 'sigmoid 0'],
    ['no end', 'end of trees', '', 'no line that ends the trees'],
    ['another beginning', 'tree\n', 'wood\n', 'does not begin with tree'],
  ])('refuses %s', (_, from, to, why) => {
    const text = LIGHTGBM.replace(from, to);
    expect(() => readLightgbmText(text)).toThrow(ModelFormatError);
    expect(() => readLightgbmText(text)).toThrow(why);
  });

  it('reads a dump deeper than any stack', () => {
    const depth = 5000;
    const split = '{"split_feature":0,"threshold":1,"decision_type":"<=","default_left":true,"missing_type":"NaN",';
    const text = `${`${split}"right_child":{"leaf_value":1},"left_child":`.repeat(depth)}{"leaf_value":2}${'}'.repeat(depth)}`;
    const head = '{"num_tree_per_iteration":1,"max_feature_idx":0,"tree_info":[{"tree_structure":';
    expect(readLightgbmJson(`${head}${text}}]}`).nodes.feature).toHaveLength(2 * depth + 1);
    expect(() => readLightgbmJson(`${head}{}}]}`)).toThrow('missing (model.tree_info[0].tree_structure.leaf_value)');
  });
});

describe('any bytes', () => {
  it.each([
    ['nothing', []],
    ['a brace', [0x7b]],
    ['UBJSON of no length', [0x7b, 0x4c, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['UBJSON with more than there is', [0x7b, 0x69, 1, 0x61, 0x5b, 0x24, 0x64, 0x23, 0x6c, 0x7f, 0xff, 0xff, 0xff]],
    ['UBJSON with items of no bytes', [0x7b, 0x69, 1, 0x61, 0x5b, 0x24, 0x5a, 0x23, 0x6c, 0x7f, 0xff, 0xff, 0xff]],
    ['UBJSON nested without end', [0x7b, 0x69, 1, 0x61, ...new Array<number>(100).fill(0x5b)]],
    ['zeros', new Array<number>(400).fill(0)],
    ['not UTF-8', [...encodeUtf8('tree\n'), 0xff]],
  ])('refuses %s', (_, bytes) => expect(() => readModel(Uint8Array.from(bytes))).toThrow(ModelFormatError));

  it('counts categories as bits', () => {
    const collector = new CategoryCollector('x');
    expect([[0, 31, 32, 64], [], [3]].map((members) => collector.add(members))).toEqual([0, 1, 2]);
    expect(collector.sets.map((words) => Array.from(words))).toEqual([[0x80000001, 1, 1], [], [8]]);
    expect(() => collector.add([1.5])).toThrow('no category 1.5 (x)');
  });

  it('makes no room for many sets that name a category far up', () => {
    const collector = new CategoryCollector('x');
    const grow = (): void => {
      for (let i = 0; i < 1000; i++) collector.add([2 ** 24 - 1]);
    };
    expect(grow).toThrow('category sets too large (x)');
    expect(collector.sets.length).toBeLessThan(10);
  });

  it('takes no longer than the text is long, for strings without an end and numbers that are none', () => {
    const quotes = `{"a":NaN,"${'\\"'.repeat(200_000)}`;
    expect(() => readXgboostJson(quotes)).toThrow('not JSON');
    const digits = xgboostText({}, {}, { num_feature: `${'1'.repeat(200_000)}x` });
    expect(() => readXgboostJson(digits)).toThrow('not a number (model.learner.learner_model_param.num_feature)');
  });
});
