package dev.firkin.store.decorator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Places in the stream of which more is about to be sent: those behind them wait, though just now
 * nothing of them is under way. Safe for many threads.
 */
final class HeldTurns {
  private final SortedMap<Long, Integer> held = new TreeMap<>();
  private final List<Runnable> listeners = new ArrayList<>();

  synchronized void onRelease(Runnable listener) {
    listeners.add(listener);
  }

  synchronized void hold(long turn) {
    held.merge(turn, 1, Integer::sum);
  }

  void release(long turn) {
    List<Runnable> told;
    synchronized (this) {
      held.computeIfPresent(turn, (_, count) -> count == 1 ? null : count - 1);
      told = List.copyOf(listeners);
    }
    told.forEach(Runnable::run); // not under the lock: they take their own
  }

  /** How many are held before this one, of which nothing is under way. */
  synchronized int idleBefore(long turn, Map<Long, Integer> underWay) {
    return held.headMap(turn).entrySet().stream()
        .mapToInt(e -> Math.max(0, e.getValue() - underWay.getOrDefault(e.getKey(), 0)))
        .sum();
  }
}
