package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.cli.session.FailedException;
import dev.firkin.repository.model.Manifest;
import dev.firkin.transfer.GoneForGood;
import dev.firkin.transfer.RepairStep;
import java.util.Collection;
import java.util.List;

/** What {@code repair --accept-gone} does. */
final class GiveUp {
  private GiveUp() {}

  /**
   * @throws FailedException if one of them can be put back: nobody gives that up by mistake
   */
  static List<RepairStep> plan(GoneForGood gone, Collection<String> names) throws FirkinException {
    List<RepairStep.GiveUp> steps = gone.giveUp(names);
    List<Manifest> whole = gone.whole(steps);
    if (!whole.isEmpty()) {
      throw new FailedException(
          "nothing was given up: all that is needed is there of "
              + FindingsText.names(whole.stream().map(Manifest::name).distinct().toList()),
          "'firkin repair' puts it back; 'firkin forget' then drops it, if that is what is wanted");
    }
    return List.copyOf(steps);
  }
}
