package dev.firkin.cli.disposal;

import dev.firkin.cli.json.ProgressJson;
import dev.firkin.cli.progress.Meter;
import dev.firkin.disposal.PruneProgress;
import java.util.List;

/** How far a prune is. */
final class PruneMeter implements Meter {
  private final PruneProgress progress;

  PruneMeter(PruneProgress progress) {
    this.progress = progress;
  }

  @Override
  public void sample() {
    // Nothing here has a rate that would help anybody.
  }

  @Override
  public List<String> parts() {
    return List.of(
        "pruning: " + progress.doing(),
        progress.looked() + " chunks looked at",
        progress.deleted() + " objects deleted");
  }

  @Override
  public String json() {
    return ProgressJson.prune(progress.looked(), progress.deleted());
  }
}
