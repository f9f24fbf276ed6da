package dev.firkin.cli.progress;

import dev.firkin.cli.json.ProgressJson;
import dev.firkin.cli.text.ByteSize;
import dev.firkin.transfer.RestoreProgress;
import java.util.List;

/** How far a verify is: how much it has read, for the whole is known at its end only. */
public final class VerifyMeter implements Meter {
  private final RestoreProgress progress;
  private final OutageTimer outage;
  private final Rate rate = new Rate();

  /**
   * @param outage of the store that is read
   */
  public VerifyMeter(RestoreProgress progress, OutageTimer outage) {
    this.progress = progress;
    this.outage = outage;
  }

  @Override
  public void sample() {
    rate.sample(System.nanoTime(), progress.fetchedBytes());
  }

  @Override
  public List<String> parts() {
    String chunks = progress.fetchedChunks() + " chunks read";
    return outage
        .words()
        .map(unreachable -> List.of("verifying", unreachable, chunks))
        .orElseGet(() ->
            List.of(
                "verifying",
                chunks,
                ByteSize.format(progress.fetchedBytes()),
                ByteSize.formatRate(rate.perSecond())));
  }

  @Override
  public String json() {
    return ProgressJson.verify(progress, outage.running());
  }
}
