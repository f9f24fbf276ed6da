package dev.firkin.cli.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The two clocks of a computer. Thread-safe. */
public interface HostClock {
  /** On the wall, which people go by. Somebody may set it, forwards and back. */
  Instant wall();

  /** Since some moment or other. Nobody sets it, and it goes on while the machine sleeps. */
  Duration steady();

  /** Those of this computer. */
  static HostClock system() {
    return new HostClock() {
      private static final Path UPTIME = Path.of("/proc/uptime");

      // The JVM's own clock stands still while the machine sleeps, so it only bridges gaps.
      private Duration known = Duration.ZERO;
      private long knownAtNanos = System.nanoTime();

      @Override
      public Instant wall() {
        return InstantSource.system().instant();
      }

      @Override
      public synchronized Duration steady() {
        long now = System.nanoTime();
        known = known.plusNanos(now - knownAtNanos);
        knownAtNanos = now;
        try {
          String seconds = Files.readString(UPTIME).split(" ", 2)[0];
          known = Duration.ofMillis((long) (Double.parseDouble(seconds) * 1000));
        } catch (IOException | NumberFormatException e) {
          System.getLogger(HostClock.class.getName())
              .log(System.Logger.Level.DEBUG, "by the clock of the JVM", e);
        }
        return known;
      }
    };
  }
}
