/** Trees drawn with lines: each node a row, its words beside it or wrapped under it. */
import { clipLine, line, lineWidth, type StyledLine, span, wrapText } from './line.ts';

export interface TreeNode {
  /** Empty for a node that is words alone. */
  readonly head: StyledLine;
  /** Words after the head, or under it where they do not fit beside it. */
  readonly words?: string;
  readonly children?: readonly TreeNode[];
}

const LEAST_WORDS = 10;

/** The rows of one node without its children, none wider than `width`. */
function drawNode({ head, words }: TreeNode, branch: string, below: string, width: number): readonly StyledLine[] {
  const first = line(span(branch, 'quiet'), ...head);
  if (words === undefined) return [clipLine(first, width)];
  const beside = line(...first, span(head.length === 0 ? words : `  ${words}`, 'quiet'));
  if (lineWidth(beside) <= width) return [beside];
  const wrapped = wrapText(words, Math.max(LEAST_WORDS, width - below.length));
  const rows = wrapped.map((text, row) =>
    line(span(head.length === 0 && row === 0 ? branch : below, 'quiet'), span(text, 'quiet')),
  );
  return head.length === 0 ? rows : [clipLine(first, width), ...rows];
}

/** All rows of the nodes and what is under them. */
export function drawTree(nodes: readonly TreeNode[], prefix: string, width: number): readonly StyledLine[] {
  return nodes.flatMap((node, index) => {
    const isLast = index === nodes.length - 1;
    const below = prefix + (isLast ? '   ' : '│  ');
    return [
      ...drawNode(node, `${prefix}${isLast ? '└─ ' : '├─ '}`, below, width),
      ...drawTree(node.children ?? [], below, width),
    ];
  });
}
