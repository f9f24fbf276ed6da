package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.UsageException;
import dev.firkin.cli.session.Window;
import dev.firkin.repository.Lease;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.transfer.Producer;
import dev.firkin.transfer.Push;
import dev.firkin.transfer.PushRequest;
import dev.firkin.transfer.PushResult;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Stores what comes on stdin, or from a command of the user's. */
final class StreamPush {
  private static final String DEFAULT_VOLUME = "stdin";

  private final Session session;
  private final Optional<Integer> zstdLevel;
  private final Window window;
  private final boolean mends;

  StreamPush(Session session, Optional<Integer> zstdLevel, Window window, boolean mends) {
    this.session = session;
    this.zstdLevel = zstdLevel;
    this.window = window;
    this.mends = mends;
  }

  /**
   * @param name as given: {@code VOLUME/NAME} or {@code NAME}
   * @param command empty to read stdin
   */
  ExitCode run(String name, Optional<String> volume, List<String> command)
      throws FirkinException, InterruptedException {
    SnapshotName snapshot = name(name, volume);
    if (command.isEmpty() && session.host().terminals().stdin()) {
      throw new UsageException(
          "stdin is a terminal, so there is no stream to store",
          "pipe something into it, or give a command after --");
    }
    PushRequest request =
        new PushRequest(
            snapshot,
            Optional.empty(),
            session.host().name(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            session.tool());
    PushRun push = new PushRun(session, zstdLevel, window, mends, snapshot);
    try (OpenRepository open = push.open();
        Lease lease = push.lease(open)) {
      Producer producer =
          command.isEmpty() ? StdinProducer.of(session.host()) : CommandProducer.start(command);
      PushResult result =
          push.run(open, lease, request, producer, Push.Start.FROM_ZERO, OptionalLong::empty);
      return result instanceof PushResult.Mended mended && !mended.whole()
          ? ExitCode.DAMAGED
          : ExitCode.DONE;
    }
  }

  static SnapshotName name(String name, Optional<String> volume) throws UsageException {
    int slash = name.indexOf('/');
    if (slash >= 0 && volume.isPresent()) {
      throw new UsageException(
          "--name " + name + " and --volume " + volume.get() + " both name a volume",
          "use --name VOLUME/NAME alone");
    }
    try {
      return slash < 0
          ? new SnapshotName(volume.orElse(DEFAULT_VOLUME), name)
          : new SnapshotName(name.substring(0, slash), name.substring(slash + 1));
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "--name " + name + ": " + e.getMessage(), "write --name VOLUME/NAME");
    }
  }
}
