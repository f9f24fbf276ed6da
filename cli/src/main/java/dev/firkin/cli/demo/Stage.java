package dev.firkin.cli.demo;

import dev.firkin.cli.session.FailedException;
import dev.firkin.cli.session.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The temporary folder of a story. {@link #close} ends the processes that were started for it,
 * unmounts, detaches and deletes what it holds: called by the thread that tells the story, or by
 * the one that handles a signal, whichever comes first.
 */
final class Stage implements AutoCloseable {
  private static final SecureRandom NAMES = new SecureRandom();
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final Duration DEAD = Duration.ofSeconds(5);

  private final Session session;
  private final Path folder;
  private final boolean keep;
  private final Thread teller = Thread.currentThread();
  // Guarded by the set itself.
  private final Set<Process> running = new HashSet<>();
  private boolean ending; // guarded by running
  private boolean ended; // guarded by this

  private Stage(Session session, Path folder, boolean keep) {
    this.session = session;
    this.folder = folder;
    this.keep = keep;
  }

  /**
   * Makes the folder.
   *
   * @param in where
   * @param neededBytes how much it may grow
   * @throws FailedException where there is not that much space
   */
  static Stage set(Session session, Path in, long neededBytes, boolean keep)
      throws FailedException {
    try {
      FreeSpace.require(in, neededBytes);
      return new Stage(session, newFolder(in.toRealPath()), keep);
    } catch (IOException e) {
      throw new FailedException(
          "no folder can be made in " + in + ": " + e.getMessage(),
          "name a folder that exists and may be written to: --dir DIR",
          e);
    }
  }

  /** A short name: it stands in many of the lines that are shown. */
  private static Path newFolder(Path in) throws IOException {
    while (true) {
      String random = HexFormat.of().toHexDigits((char) NAMES.nextInt());
      Path folder = in.resolve("firkin-demo-" + random);
      if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        return Files.createDirectory(folder, OWNER_ONLY);
      }
    }
  }

  Path folder() {
    return folder;
  }

  Path resolve(String name) {
    return folder.resolve(name);
  }

  /**
   * Starts a process in the folder.
   *
   * @throws InterruptedException where the story has been ended by a signal
   */
  Process start(ProcessBuilder builder) throws IOException, InterruptedException {
    builder.directory(folder.toFile());
    surroundings(builder);
    synchronized (running) {
      if (ending) {
        throw new InterruptedException("the demo was ended");
      }
      Process process = builder.start();
      running.removeIf(p -> !p.isAlive());
      running.add(process);
      return process;
    }
  }

  /** Nothing of the user's firkin is touched: repository, keys and caches are the folder's own. */
  private void surroundings(ProcessBuilder builder) {
    builder.environment().keySet().removeIf(name -> name.startsWith("FIRKIN_"));
    builder.environment().put("FIRKIN_REPO", resolve("repository").toString());
    builder.environment().put("FIRKIN_CONFIG_DIR", resolve("config").toString());
    builder.environment().put("FIRKIN_STATE_DIR", resolve("state").toString());
  }

  /** Leaves nothing behind, or says what it could not remove. */
  @Override
  public synchronized void close() {
    if (ended) {
      return;
    }
    ended = true;
    if (!Thread.currentThread().equals(teller)) {
      session
          .console()
          .info("firkin: the demo was ended" + (keep ? "" : "; removing " + folder + " ..."));
      teller.interrupt(); // it may have a file open on what is to be unmounted
    }
    Uninterrupted.run(() -> {
      endProcesses();
      if (!keep) {
        new StageRemoval(session.console(), folder).run();
      }
    });
  }

  private void endProcesses() {
    List<ProcessHandle> all = new ArrayList<>();
    synchronized (running) {
      ending = true;
      for (Process process : running) {
        process.descendants().forEach(all::add);
        all.add(process.toHandle());
      }
    }
    all.forEach(ProcessHandle::destroyForcibly);
    // A grandchild that nobody reaps, where init does not, is not waited for.
    all.forEach(process -> Uninterrupted.await(() -> !process.isAlive(), DEAD));
  }
}
