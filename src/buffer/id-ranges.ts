/** A set of ids, in ranges: rows that are not recorded. */
export class IdRanges {
  /** Bounds, ascending: from each even place on, up to the one after it, which is not included. */
  readonly bounds: number[] = [];

  add(from: number, to: number): void {
    if (from === to) return;
    const { bounds } = this;
    let at = bounds.length;
    while (at > 0 && bounds[at - 2]! > from) at -= 2;
    // Units that are dropped one after another make one range.
    if (at > 0 && bounds[at - 1] === from) bounds[at - 1] = to;
    else if (bounds[at] === to) bounds[at] = from;
    else bounds.splice(at, 0, from, to);
  }

  has(id: number): boolean {
    const { bounds } = this;
    // Those that are asked for are new ones, as a rule.
    for (let i = bounds.length - 2; i >= 0; i -= 2) {
      if (id >= bounds[i]!) return id < bounds[i + 1]!;
    }
    return false;
  }
}
