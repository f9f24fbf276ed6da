package dev.firkin.cli.nightly;

import dev.firkin.store.FaultyStore;
import dev.firkin.store.FaultyStore.Failure;
import dev.firkin.store.FaultyStore.When;
import dev.firkin.store.ObjectStore;
import java.util.Random;

/** What goes wrong in which night: by a seed, in about every third. */
final class Weather {
  /** More calls than any night makes but one that prunes. */
  private static final double MOST_CALLS = 900;

  private final Random random;
  private int daysOff;
  private int nightsAway;

  Weather(Random random) {
    this.random = random;
  }

  /** For a night now and then, and for some on end; nobody takes snapshots then. */
  boolean hostIsOff() {
    if (daysOff == 0 && random.nextInt(60) == 0) {
      daysOff = random.nextBoolean() ? 1 : 3 + random.nextInt(12);
    }
    daysOff = Math.max(0, daysOff - 1);
    return daysOff > 0;
  }

  /** The store as it is reached tonight. */
  ObjectStore line(ObjectStore store) {
    FaultyStore tonight = new FaultyStore(store, random.nextLong());
    if (nightsAway > 0) {
      nightsAway--;
      return tonight.down(true);
    }
    // As likely early as late, by the order of magnitude.
    int call = (int) Math.exp(random.nextDouble() * Math.log(MOST_CALLS));
    When when = random.nextBoolean() ? When.BEFORE_THE_EFFECT : When.AFTER_THE_EFFECT;
    return switch (random.nextInt(12)) {
      case 0 -> tonight.failCall(call, when, Failure.refused());
      case 1 -> tonight.failCall(call, when, Failure.unavailable());
      case 2 -> endingAt(tonight, call);
      case 3 -> {
        nightsAway = random.nextInt(4);
        yield tonight.down(true);
      }
      default -> tonight;
    };
  }

  private static ObjectStore endingAt(FaultyStore store, int call) {
    for (int n = call; n < call + (int) MOST_CALLS; n++) {
      store.failCall(n, When.BEFORE_THE_EFFECT, Failure.unavailable());
    }
    return store;
  }

  /** How much of a stream comes before {@code btrfs send} is killed; all of it mostly. */
  int sent(int length) {
    return random.nextInt(12) == 0 ? random.nextInt(length) : length;
  }
}
