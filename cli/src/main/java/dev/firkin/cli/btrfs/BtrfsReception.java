package dev.firkin.cli.btrfs;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.BtrfsReceive;
import dev.firkin.btrfs.Partials;
import dev.firkin.cli.session.Console;
import dev.firkin.sendstream.StreamPath;
import dev.firkin.sendstream.SubvolumeRename;
import dev.firkin.sendstream.SubvolumeUuid;
import dev.firkin.transfer.Receiver;
import dev.firkin.transfer.ReceiverException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** One snapshot on its way through {@code btrfs receive}. */
final class BtrfsReception implements Receiver.Reception {
  private static final int BUFFER_BYTES = 256 << 10;

  private final BtrfsReceive receive;
  private final Path directory;
  private final StreamPath name;
  private final StreamPath partialName;
  private final SubvolumeUuid uuid;
  private final boolean delta;
  private final Console console;
  private final OutputStream stream;
  private boolean published;

  private BtrfsReception(
      BtrfsReceive receive,
      Path directory,
      StreamPath name,
      SubvolumeUuid uuid,
      boolean delta,
      Console console) {
    this.receive = receive;
    this.directory = directory;
    this.name = name;
    this.partialName = Partials.newName(uuid);
    this.uuid = uuid;
    this.delta = delta;
    this.console = console;
    this.stream =
        new SubvolumeRename(new BufferedOutputStream(receive.input(), BUFFER_BYTES), partialName);
  }

  static BtrfsReception begin(
      Path directory, StreamPath name, SubvolumeUuid uuid, boolean delta, Console console)
      throws FirkinException {
    return new BtrfsReception(BtrfsReceive.start(directory), directory, name, uuid, delta, console);
  }

  @Override
  public OutputStream stream() {
    return stream;
  }

  @Override
  public void finish() throws FirkinException, InterruptedException {
    ReceiverException broken = null;
    try {
      stream.close();
    } catch (IOException e) {
      broken = new ReceiverException(String.valueOf(e.getMessage()), null, e);
    }
    // What the program says of its own end is truer than a broken pipe.
    BtrfsReceive.Received received = receive.finish(partialName, uuid);
    if (broken != null) {
      throw broken;
    }
    received.complaint().ifPresent(console::warning);
    BtrfsReceive.publish(received.path(), name);
    published = true;
  }

  @Override
  public void close() throws FirkinException {
    receive.close();
    if (published) {
      return;
    }
    // The clean-up is part of being interrupted, not to be interrupted itself.
    boolean interrupted = Thread.interrupted();
    try {
      Path partial = BtrfsReceive.entry(directory, partialName);
      if (Files.exists(partial, LinkOption.NOFOLLOW_LINKS)
          && BtrfsReceive.ifComplete(partial, uuid).isEmpty()) {
        Partials.delete(partial, uuid, delta);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
