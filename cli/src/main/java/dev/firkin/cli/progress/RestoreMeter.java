package dev.firkin.cli.progress;

import dev.firkin.cli.json.ProgressJson;
import dev.firkin.cli.text.ByteSize;
import dev.firkin.cli.text.Durations;
import dev.firkin.cli.text.Percent;
import dev.firkin.transfer.RestoreProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** How far a restore is, over all of its snapshots. */
public final class RestoreMeter implements Meter {
  private final RestoreProgress progress;
  private final long totalBytes;
  private final OutageTimer outage;
  private final Rate rate = new Rate();
  private volatile String now;

  /**
   * @param first what is being done, in a few words
   * @param totalBytes of all streams
   * @param outage of the store that they come from
   */
  public RestoreMeter(String first, RestoreProgress progress, long totalBytes, OutageTimer outage) {
    this.outage = outage;
    this.now = first;
    this.progress = progress;
    this.totalBytes = totalBytes;
  }

  /** Says what is being done now. */
  public void now(String what) {
    now = what;
  }

  @Override
  public void sample() {
    rate.sample(System.nanoTime(), progress.streamBytes());
  }

  @Override
  public List<String> parts() {
    long done = progress.streamBytes();
    List<String> parts = new ArrayList<>();
    parts.add(now);
    parts.add(
        "%s of %s, %s"
            .formatted(
                ByteSize.format(done),
                ByteSize.format(totalBytes),
                Percent.format(done, totalBytes)));
    Optional<String> unreachable = outage.words();
    if (unreachable.isPresent()) {
      parts.add(1, unreachable.get());
      return parts;
    }
    secondsLeft()
        .ifPresent(left -> parts.add(Durations.format(Duration.ofSeconds(left)) + " left"));
    parts.add(ByteSize.formatRate(rate.perSecond()));
    parts.add("fetched " + ByteSize.format(progress.fetchedBytes()));
    return parts;
  }

  @Override
  public String json() {
    return ProgressJson.restore(now, progress, totalBytes, secondsLeft(), outage.running());
  }

  private OptionalLong secondsLeft() {
    return rate.perSecond() < 1
        ? OptionalLong.empty()
        : OptionalLong.of(Math.round((totalBytes - progress.streamBytes()) / rate.perSecond()));
  }
}
