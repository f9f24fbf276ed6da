package dev.firkin.btrfs;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A program that runs as our child: a producer, whose output we read, or a consumer, whose input we
 * write. {@link #close} ends it, whatever it does, and never hangs; the exit status is always
 * collected, so that no zombie stays.
 *
 * <p>One thread reads or writes; {@link #close} may come from another one and unblocks it.
 */
public final class ChildProcess implements AutoCloseable {
  /** No program needs more; our environment may hold the store's credentials. */
  private static final Set<String> INHERITED =
      Set.of("PATH", "HOME", "TZ", "LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES");

  private static final int MAX_STDERR_BYTES = 16 << 10;
  private static final Duration POLITE_END = Duration.ofSeconds(3);
  private static final Duration STDERR_TAIL = Duration.ofSeconds(2);

  private final String program;
  private final Process process;
  private final StderrTail stderr;

  private ChildProcess(String program, Process process) {
    this.program = program;
    this.process = process;
    this.stderr = new StderrTail(process.getErrorStream());
    this.stderr.start();
  }

  /**
   * Starts a program that reads nothing and whose standard output is read by us.
   *
   * @param program for messages
   * @throws BtrfsException where it cannot be started
   */
  public static ChildProcess producer(String program, List<String> command) throws BtrfsException {
    ChildProcess child =
        start(
            program,
            new ProcessBuilder(command).redirectInput(Redirect.from(new File("/dev/null"))));
    Pipes.widenOutput(child.process);
    return child;
  }

  /** Starts a program that reads what we write; what it prints is dropped, but for errors. */
  public static ChildProcess consumer(String program, List<String> command) throws BtrfsException {
    ChildProcess child =
        start(program, new ProcessBuilder(command).redirectOutput(Redirect.DISCARD));
    Pipes.widenInput(child.process);
    return child;
  }

  private static ChildProcess start(String program, ProcessBuilder builder) throws BtrfsException {
    builder.environment().keySet().retainAll(INHERITED);
    try {
      return new ChildProcess(program, builder.start());
    } catch (IOException e) {
      throw new BtrfsException(
          program + " cannot be started: " + e.getMessage(), "is it installed?", e);
    }
  }

  /** What a producer prints. */
  public InputStream stdout() {
    return process.getInputStream();
  }

  /**
   * What a consumer reads. Where it has ended early, {@code write} throws an {@link IOException}
   * that says what the program itself said.
   */
  public OutputStream stdin() {
    return new ConsumerInput(process.getOutputStream());
  }

  public long pid() {
    return process.pid();
  }

  /** The processes that the program has started, and theirs, that run now. */
  List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  /**
   * Waits until the program has ended. A producer's output must have been read to its end, and a
   * consumer's input closed, or this may wait for ever.
   */
  public ChildExit await() throws InterruptedException {
    int status = process.waitFor();
    return new ChildExit(program, status, stderr.text());
  }

  /** Ends the program, with its own children, by SIGTERM and soon by SIGKILL. */
  @Override
  public void close() {
    boolean interrupted = false;
    if (process.isAlive()) {
      List<ProcessHandle> descendants = descendants();
      process.destroy();
      descendants.forEach(ProcessHandle::destroy);
      try {
        if (!process.waitFor(POLITE_END.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        interrupted = true;
        process.destroyForcibly();
      }
      descendants.forEach(ProcessHandle::destroyForcibly);
      interrupted |= reap();
    }
    closePipes();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** After SIGKILL only a call inside the kernel can delay the end, and not for ever. */
  private boolean reap() {
    boolean interrupted = false;
    while (process.isAlive()) {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted;
  }

  private void closePipes() {
    try {
      process.getInputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException("a pipe that is read cannot fail to close", e);
    }
    try {
      process.getOutputStream().close();
    } catch (IOException nobodyReads) {
      // Buffered bytes for a program that is gone: whoever wrote them has been told, or gave up.
      return;
    }
  }

  private final class ConsumerInput extends OutputStream {
    private final OutputStream pipe;

    ConsumerInput(OutputStream pipe) {
      this.pipe = pipe;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
      try {
        pipe.write(b, off, len);
      } catch (IOException e) {
        throw explained(e);
      }
    }

    @Override
    public void flush() throws IOException {
      try {
        pipe.flush();
      } catch (IOException e) {
        throw explained(e);
      }
    }

    @Override
    public void close() throws IOException {
      try {
        pipe.close();
      } catch (IOException e) {
        throw explained(e);
      }
    }

    /** A pipe breaks because its reader has ended, or is about to: what it said says why. */
    private IOException explained(IOException e) {
      try {
        if (process.waitFor(POLITE_END.toMillis(), TimeUnit.MILLISECONDS)) {
          return new IOException(await().describe(), e);
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
      return new IOException(program + " no longer reads its input", e);
    }
  }

  /** Keeps the end of what a program complains about, and its pipe from filling up. */
  private static final class StderrTail extends Thread {
    private final InputStream pipe;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    StderrTail(InputStream pipe) {
      super("stderr of a child process");
      this.pipe = pipe;
      setDaemon(true);
    }

    @Override
    public void run() {
      byte[] buffer = new byte[4096];
      try (pipe) {
        for (int n = pipe.read(buffer); n >= 0; n = pipe.read(buffer)) {
          keep(buffer, n);
        }
      } catch (IOException e) {
        byte[] note =
            ("(its stderr could not be read: " + e.getMessage() + ")")
                .getBytes(StandardCharsets.UTF_8);
        keep(note, note.length);
      }
    }

    private synchronized void keep(byte[] buffer, int length) {
      if (kept.size() + length > 2 * MAX_STDERR_BYTES) {
        byte[] all = kept.toByteArray();
        kept.reset();
        kept.write(all, all.length - MAX_STDERR_BYTES, MAX_STDERR_BYTES);
      }
      kept.write(buffer, 0, length);
    }

    /** Once the program has ended; a grandchild may hold the pipe open, which nobody waits for. */
    String text() throws InterruptedException {
      join(STDERR_TAIL);
      synchronized (this) {
        return kept.toString(StandardCharsets.UTF_8).stripTrailing();
      }
    }
  }
}
