package dev.firkin.cli.progress;

import dev.firkin.cli.json.ProgressJson;
import dev.firkin.cli.text.ByteSize;
import dev.firkin.transfer.RestoreProgress;
import java.util.List;

/** How far a verify is: how much it has read, for the whole is known at its end only. */
public final class VerifyMeter implements Meter {
  private final RestoreProgress progress;
  private final Rate rate = new Rate();

  public VerifyMeter(RestoreProgress progress) {
    this.progress = progress;
  }

  @Override
  public void sample() {
    rate.sample(System.nanoTime(), progress.fetchedBytes());
  }

  @Override
  public List<String> parts() {
    return List.of(
        "verifying",
        progress.fetchedChunks() + " chunks read",
        ByteSize.format(progress.fetchedBytes()),
        ByteSize.formatRate(rate.perSecond()));
  }

  @Override
  public String json() {
    return ProgressJson.verify(progress);
  }
}
