package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.chunk.Hash256;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.References;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.model.Manifest;
import dev.firkin.sendstream.MalformedStreamException;
import dev.firkin.sendstream.StreamWeaver;
import dev.firkin.store.ArchivedObjects;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts one stored stream together again. Thread-safe; one call, one stream. */
public final class StreamRestore {
  private final Repository repository;
  private final int workers;
  private final RestoreProgress progress;

  /**
   * @param workers how many chunks are fetched at once
   */
  public StreamRestore(Repository repository, int workers, RestoreProgress progress) {
    this.repository = repository;
    this.workers = workers;
    this.progress = progress;
  }

  /**
   * Refuses what lies in an archive, before anything of it is written.
   *
   * @throws dev.firkin.store.ObjectFrozenException naming a chunk that cannot be read
   */
  public void requireReadable(List<Manifest> streams) throws FirkinException, InterruptedException {
    Optional<ArchivedObjects> archive = repository.store().archive();
    if (archive.isPresent()) {
      new Thaw(repository, archive.get()).requireReadable(streams);
    }
  }

  /**
   * Writes the stream, byte for byte as it was pushed. Every byte was proven by its chunk's id
   * before it is written; that the whole has the right hash is known on return only.
   *
   * @param out flushed, not closed
   * @throws DamagedException if the repository lacks something; what was written until then is
   *     right
   * @throws ReceiverException if {@code out} failed
   */
  public void write(Manifest manifest, OutputStream out)
      throws FirkinException, InterruptedException {
    Checked checked = new Checked(out);
    try (ChunkFetcher fetcher = new ChunkFetcher(repository.chunks(), workers, progress);
        RunInputStream commands =
            new RunInputStream(
                new References(repository.pages(), manifest.commands()), fetcher, 2);
        RunInputStream data =
            new RunInputStream(
                new References(repository.pages(), manifest.data()), fetcher, 2 * workers)) {
      StreamWeaver.weaveUnverified(commands, data, checked);
    } catch (FetchFailedException e) {
      throw Failures.rethrow(e.reason());
    } catch (InterruptedIOException e) {
      throw interrupted(e);
    } catch (MalformedStreamException e) {
      throw damaged(manifest, "its commands and data do not fit together", e);
    } catch (IOException e) {
      throw unwritten(e);
    }
    if (checked.bytes != manifest.stream().bytes()
        || !checked.hash().equals(manifest.stream().sha256())) {
      throw damaged(manifest, "the stream's hash is not that of its manifest", null);
    }
    try {
      checked.release();
    } catch (IOException e) {
      throw unwritten(e);
    }
  }

  private static ReceiverException unwritten(IOException e) {
    return new ReceiverException(
        "the restored stream could not be written: " + e.getMessage(),
        "look at what it goes to; the repository is as it was, so run the same again",
        e);
  }

  private static InterruptedException interrupted(InterruptedIOException e) {
    Thread.interrupted(); // the flag becomes the exception
    InterruptedException interrupted = new InterruptedException(e.getMessage());
    interrupted.initCause(e);
    return interrupted;
  }

  private static DamagedException damaged(
      Manifest manifest, String what, @Nullable Throwable cause) {
    return new DamagedException(
        Snapshots.key(manifest.id()).value(),
        manifest.name() + " cannot be restored: " + what,
        "run 'firkin verify --read-data'",
        cause);
  }

  /**
   * Counts and hashes what passes, and holds the last bytes back until all of it is known to be
   * right: without its END command {@code btrfs receive} calls no snapshot complete.
   */
  private final class Checked extends OutputStream {
    private static final int HELD_BYTES = 10;

    private final OutputStream out;
    private final byte[] held = new byte[HELD_BYTES];
    private int heldBytes;
    private final MessageDigest sha256;
    private long bytes;

    Checked(OutputStream out) {
      this.out = out;
      try {
        this.sha256 = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
      sha256.update(b, off, len);
      bytes += len;
      int passing = Math.max(0, heldBytes + len - HELD_BYTES);
      int ofHeld = Math.min(passing, heldBytes);
      out.write(held, 0, ofHeld);
      out.write(b, off, passing - ofHeld);
      progress.wrote(passing);
      heldBytes -= ofHeld;
      System.arraycopy(held, ofHeld, held, 0, heldBytes);
      int kept = len - (passing - ofHeld);
      System.arraycopy(b, off + len - kept, held, heldBytes, kept);
      heldBytes += kept;
    }

    /** Lets go of the last bytes. */
    void release() throws IOException {
      out.write(held, 0, heldBytes);
      progress.wrote(heldBytes);
      heldBytes = 0;
      out.flush();
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    Hash256 hash() {
      return Hash256.of(sha256.digest());
    }
  }
}
