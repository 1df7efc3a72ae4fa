/** How well scores tell two classes apart. */

/**
 * Area under the ROC curve: the chance that a row of class 1 scores above one of class 0, ties counting half
 * (Mann and Whitney). Not a number where a class is missing.
 */
export function areaUnderCurve(scores: Float64Array, labels: Float64Array): number {
  const order = Int32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  let [positives, ranks] = [0, 0];
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to++;
    // Ranks count from 1; equal scores share their mean.
    const rank = (from + 1 + to) / 2;
    for (; from < to; from++) {
      if (labels[order[from]!] !== 1) continue;
      positives++;
      ranks += rank;
    }
  }
  const negatives = order.length - positives;
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}
