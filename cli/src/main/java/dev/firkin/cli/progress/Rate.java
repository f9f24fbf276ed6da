package dev.firkin.cli.progress;

import java.util.ArrayDeque;
import java.util.Deque;

/** How fast a counter grows, over the last samples. Not thread-safe. */
final class Rate {
  private static final int SAMPLES = 15;

  private record Sample(long nanos, long value) {}

  private final Deque<Sample> samples = new ArrayDeque<>();

  void sample(long nanos, long value) {
    samples.addLast(new Sample(nanos, value));
    if (samples.size() > SAMPLES) {
      samples.removeFirst();
    }
  }

  /** 0 until there are two samples. */
  double perSecond() {
    if (samples.size() < 2) {
      return 0;
    }
    Sample first = samples.getFirst();
    Sample last = samples.getLast();
    double seconds = (last.nanos() - first.nanos()) / 1e9;
    return seconds <= 0 ? 0 : Math.max(0, last.value() - first.value()) / seconds;
  }
}
