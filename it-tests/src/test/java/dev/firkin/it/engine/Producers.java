package dev.firkin.it.engine;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.BtrfsSend;
import dev.firkin.btrfs.ChildExit;
import dev.firkin.transfer.Producer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Streams for pushes. */
public final class Producers {
  private Producers() {}

  /** Writes these bytes, and has nothing else to say. */
  public static Producer of(byte[] stream) {
    return of(new ByteArrayInputStream(stream));
  }

  /** Passes a stream on, and has nothing else to say. */
  public static Producer of(InputStream stream) {
    return new Given(stream);
  }

  /** Writes these bytes and then fails with this message. */
  public static Producer failing(byte[] stream, String message) {
    return new Failing(stream, message);
  }

  /** A real {@code btrfs send}, whose exit status counts. */
  public static Producer send(BtrfsSend.Request request) throws FirkinException {
    return new Send(BtrfsSend.start(request));
  }

  /** Any program, whose exit status counts. */
  public static Producer program(Object... command) throws IOException {
    return new Program(
        new ProcessBuilder(Arrays.stream(command).map(Object::toString).toList())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  private record Program(Process process) implements Producer {
    @Override
    public InputStream stream() {
      return process.getInputStream();
    }

    @Override
    public void finish() throws FirkinException, InterruptedException {
      int status = process.waitFor();
      if (status != 0) {
        throw new ProducerFailed("the program exited with " + status);
      }
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private record Send(BtrfsSend send) implements Producer {
    @Override
    public InputStream stream() {
      return send.stream();
    }

    @Override
    public void finish() throws FirkinException, InterruptedException {
      ChildExit exit = send.await();
      if (!exit.succeeded()) {
        throw new ProducerFailed(exit.describe());
      }
    }

    @Override
    public void close() {
      send.close();
    }
  }

  private record Given(InputStream stream) implements Producer {
    @Override
    public void finish() {}

    @Override
    public void close() {}
  }

  private static final class Failing implements Producer {
    private final InputStream stream;
    private final String message;

    Failing(byte[] stream, String message) {
      this.stream = new ByteArrayInputStream(stream);
      this.message = message;
    }

    @Override
    public InputStream stream() {
      return stream;
    }

    @Override
    public void finish() throws FirkinException {
      throw new ProducerFailed(message);
    }

    @Override
    public void close() {}
  }

  /** What a producer says that exits with something else than 0. */
  public static final class ProducerFailed extends FirkinException {
    private static final long serialVersionUID = 1L;

    ProducerFailed(String message) {
      super(message, null);
    }
  }
}
