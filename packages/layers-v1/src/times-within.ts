/** Times of events that a rounding error has put out of their evolution, put back into it. */
export function timesWithin(times: ArrayLike<number>, tStart: number, tStop: number): Float64Array {
  const latest = Math.max(tStart, tStop - Math.abs(tStop) * 2 ** -52);
  return Float64Array.from(times, (time) => (time < tStart ? tStart : time < tStop ? time : latest));
}
