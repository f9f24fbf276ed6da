package dev.firkin.it.servers;

import dev.firkin.it.servers.Availability.Running;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The servers of this JVM: each is started at most once, failed starts included, and ends with it.
 */
final class SharedServers {
  private static final Map<S3ServerKind, CompletableFuture<Availability>> STARTED =
      new EnumMap<>(S3ServerKind.class);

  private SharedServers() {}

  /** A start that failed once throws the same for each test, at once. */
  static Availability get(S3ServerKind kind) {
    synchronized (STARTED) {
      return STARTED.computeIfAbsent(kind, SharedServers::start).join();
    }
  }

  private static CompletableFuture<Availability> start(S3ServerKind kind) {
    try {
      Availability availability = kind.start();
      if (availability instanceof Running running) {
        Runtime.getRuntime().addShutdownHook(new Thread(running.server()::close, "end " + kind));
      }
      return CompletableFuture.completedFuture(availability);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
