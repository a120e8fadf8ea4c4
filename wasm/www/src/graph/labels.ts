// Which labels of a drawing are drawn: those that lie over nothing, the first ones first.

/** Left, top, right, bottom. */
export type Box = readonly [number, number, number, number];

export interface Wanted<T> {
  what: T;
  /** Where it may stand, the best place first. */
  boxes: readonly Box[];
  /** It matters more than what is drawn: where it fits nowhere else, it lies over an obstacle, but not over a label. */
  over?: boolean;
  /** It is drawn at its best place if it fits nowhere at all. */
  must?: boolean;
}

/** The labels that have a place, each with it: over no other label and none of the `obstacles`. */
export function fitting<T>(wanted: Iterable<Wanted<T>>, obstacles: readonly Box[]): [T, Box][] {
  const [taken, labels] = [new Plane(), new Plane()];
  for (const obstacle of obstacles) taken.add(obstacle);
  const fit: [T, Box][] = [];
  for (const { what, boxes, over, must } of wanted) {
    const freeOf = (plane: Plane): Box | undefined => boxes.find((box) => !plane.hits(box));
    const box = freeOf(taken) ?? (over || must ? freeOf(labels) : undefined) ?? (must ? boxes[0] : undefined);
    if (!box) continue;
    taken.add(box);
    labels.add(box);
    fit.push([what, box]);
  }
  return fit;
}

/** Boxes of this size below a circle, above it and beside it. */
export function around(x: number, y: number, radius: number, width: number, height: number): Box[] {
  const box = (left: number, top: number): Box => [left, top, left + width, top + height];
  const gap = radius + 2;
  return [
    box(x - width / 2, y + gap),
    box(x - width / 2, y - gap - height),
    box(x + gap, y - height / 2),
    box(x - gap - width, y - height / 2),
  ];
}

/** Boxes by the cells of a grid that they lie in, so that a look at one costs the same however many there are. */
class Plane {
  private readonly cells = new Map<string, Box[]>();

  add(box: Box): void {
    for (const cell of cellsOf(box)) {
      const boxes = this.cells.get(cell);
      if (boxes) boxes.push(box);
      else this.cells.set(cell, [box]);
    }
  }

  hits(box: Box): boolean {
    for (const cell of cellsOf(box)) if (this.cells.get(cell)?.some((other) => overlap(box, other))) return true;
    return false;
  }
}

function* cellsOf([left, top, right, bottom]: Box): Generator<string> {
  for (let x = Math.floor(left / CELL); x <= right / CELL; x++) for (let y = Math.floor(top / CELL); y <= bottom / CELL; y++) yield `${x},${y}`;
}

function overlap(one: Box, other: Box): boolean {
  return one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
}

const CELL = 64;
