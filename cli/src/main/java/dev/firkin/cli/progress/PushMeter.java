package dev.firkin.cli.progress;

import dev.firkin.cli.json.ProgressJson;
import dev.firkin.cli.text.ByteSize;
import dev.firkin.cli.text.Durations;
import dev.firkin.cli.text.Percent;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.store.StoreException;
import dev.firkin.store.decorator.OutageListener;
import dev.firkin.transfer.PushProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** How far a push is. Told of outages from other threads. */
public final class PushMeter implements Meter, OutageListener {
  private final OutageTimer outage = new OutageTimer();
  private SnapshotName name;
  private PushProgress progress = new PushProgress();
  private Supplier<OptionalLong> total = OptionalLong::empty;
  private Rate streamRate = new Rate();
  private Rate storedRate = new Rate();

  /**
   * @param name of the first snapshot
   */
  public PushMeter(SnapshotName name) {
    this.name = name;
  }

  /**
   * Turns to the next snapshot.
   *
   * @param newTotal length of its stream, once that is known
   */
  public synchronized void next(
      SnapshotName newName, PushProgress newProgress, Supplier<OptionalLong> newTotal) {
    name = newName;
    progress = newProgress;
    total = newTotal;
    streamRate = new Rate();
    storedRate = new Rate();
  }

  /** How much of a snapshot is stored; empty where another is under way, or it is not known. */
  public synchronized Optional<Integer> percent(SnapshotName asked) {
    PushProgress.Counts counts = progress.counts();
    OptionalLong all = knownTotal(counts);
    if (!asked.equals(name) || all.isEmpty() || all.getAsLong() == 0) {
      return Optional.empty();
    }
    long stored = counts.added().plaintextBytes() + counts.skippedBytes();
    // What is not known to be whole is not whole.
    return Optional.of((int) Math.min(99, 100 * stored / all.getAsLong()));
  }

  @Override
  public void unreachable(Duration since, StoreException why) {
    outage.unreachable(since, why);
  }

  @Override
  public void back(Duration lasted) {
    outage.back(lasted);
  }

  @Override
  public synchronized void sample() {
    long now = System.nanoTime();
    PushProgress.Counts counts = progress.counts();
    streamRate.sample(now, counts.streamBytes());
    storedRate.sample(now, counts.added().storedBytes());
  }

  @Override
  public synchronized List<String> parts() {
    PushProgress.Counts counts = progress.counts();
    List<String> parts = new ArrayList<>();
    parts.add(name.name());
    Optional<String> unreachable = outage.words();
    if (unreachable.isPresent()) {
      parts.add(unreachable.get());
      parts.add(ByteSize.format(counts.added().storedBytes()) + " stored so far are safe");
      return parts;
    }
    OptionalLong all = knownTotal(counts);
    parts.add(
        all.isEmpty()
            ? ByteSize.format(counts.streamBytes())
            : "%s of %s, %s"
                .formatted(
                    ByteSize.format(counts.streamBytes()),
                    ByteSize.format(all.getAsLong()),
                    Percent.format(counts.streamBytes(), all.getAsLong())));
    secondsLeft(counts)
        .ifPresent(left -> parts.add(Durations.format(Duration.ofSeconds(left)) + " left"));
    parts.add(
        "new "
            + ByteSize.format(counts.added().storedBytes())
            + " at "
            + ByteSize.formatRate(storedRate.perSecond()));
    parts.add("skipped " + ByteSize.format(counts.skippedBytes()));
    if (counts.added().storedBytes() > 0) {
      parts.add(
          String.format(
              Locale.ROOT,
              "ratio %.1f",
              (double) counts.added().plaintextBytes() / counts.added().storedBytes()));
    }
    return parts;
  }

  @Override
  public synchronized String json() {
    PushProgress.Counts counts = progress.counts();
    return ProgressJson.push(
        name,
        counts,
        knownTotal(counts),
        secondsLeft(counts),
        Math.round(storedRate.perSecond()),
        outage.running());
  }

  /** An estimate that was passed is none. */
  private OptionalLong knownTotal(PushProgress.Counts counts) {
    OptionalLong known = total.get();
    return known.isPresent() && known.getAsLong() >= counts.streamBytes()
        ? known
        : OptionalLong.empty();
  }

  private OptionalLong secondsLeft(PushProgress.Counts counts) {
    OptionalLong all = knownTotal(counts);
    double rate = streamRate.perSecond();
    return all.isEmpty() || rate < 1
        ? OptionalLong.empty()
        : OptionalLong.of(Math.round((all.getAsLong() - counts.streamBytes()) / rate));
  }
}
