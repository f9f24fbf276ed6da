package dev.firkin.repository.local;

import dev.firkin.chunk.Hash256;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Manifests that this host has opened: their sealed documents in one file of the state folder, so
 * that thousands of them need not be decrypted one by one each time; and what this process has read
 * already. A document counts for the very bytes that it was in, its seal is checked as theirs would
 * be, and a file that is missing, damaged or not to be written costs time and nothing else.
 * Thread-safe.
 *
 * <p>Memory: that of the manifests, and while they are read at most three times {@value
 * #MOST_BYTES} bytes.
 */
public final class ManifestCopies {
  private static final Logger LOG = System.getLogger(ManifestCopies.class.getName());
  private static final byte[] MAGIC = "FKCOPY2\n".getBytes(StandardCharsets.US_ASCII);

  private static final int ID_CHARS = 64;

  /** Before each document: its id, the hash of the object, and its length. */
  private static final int HEAD_BYTES = ID_CHARS + Hash256.BYTES + Integer.BYTES;

  private static final int MOST_BYTES = 16 << 20;

  /** Larger ones are few, and name many pages; their own files do. */
  private static final int LARGEST = 32 << 10;

  /** So few that are missing in the file are opened one by one rather than all written anew. */
  private static final int FEW = 32;

  private final Optional<Path> file;
  private final Map<SnapshotId, Known> known = new HashMap<>();
  private final Map<SnapshotId, Sealed> fresh = new HashMap<>();
  private int freshBytes;
  private Map<SnapshotId, Sealed> inFile = Map.of();

  /** A manifest whose seal was found right. */
  private record Known(long storedBytes, Manifest manifest) {}

  /**
   * A document.
   *
   * @param stored hash of the stored bytes that it was in
   * @param document from position to limit
   */
  private record Sealed(Hash256 stored, ByteBuffer document) {
    /** With its id, hash and length. */
    int bytes() {
      return HEAD_BYTES + document.remaining();
    }
  }

  ManifestCopies(Optional<Path> file) {
    this.file = file;
  }

  /** What this process has read of an object of this length. */
  public synchronized Optional<Manifest> known(SnapshotId id, long storedBytes) {
    return Optional.ofNullable(known.get(id))
        .filter(k -> k.storedBytes == storedBytes)
        .map(Known::manifest);
  }

  /**
   * Reads the file: {@link #sealed} tells what is in it, until {@link #end} or {@link #release}.
   */
  public synchronized void begin() {
    inFile = read();
  }

  /**
   * The sealed document in an object, to be checked.
   *
   * @param stored hash of the object's bytes
   */
  public synchronized Optional<byte[]> sealed(SnapshotId id, Hash256 stored) {
    return Optional.ofNullable(inFile.get(id))
        .filter(copy -> copy.stored.equals(stored))
        .map(copy -> {
          byte[] document = new byte[copy.document.remaining()];
          copy.document.duplicate().get(document);
          return document;
        });
  }

  /**
   * Takes note of a manifest whose seal was found right.
   *
   * @param storedBytes length of its object
   * @param stored hash of the object's bytes
   */
  public synchronized void add(
      Manifest manifest, long storedBytes, Hash256 stored, byte[] document) {
    if (file.isEmpty()) {
      return;
    }
    known.put(manifest.id(), new Known(storedBytes, manifest));
    Sealed copy = inFile.get(manifest.id());
    boolean there = copy != null && copy.stored.equals(stored);
    Sealed sealed = new Sealed(stored, ByteBuffer.wrap(document));
    if (!there && document.length <= LARGEST && freshBytes + sealed.bytes() <= MOST_BYTES) {
      drop(fresh.put(manifest.id(), sealed));
      freshBytes += sealed.bytes();
    }
  }

  private void drop(@Nullable Sealed replaced) {
    freshBytes -= replaced == null ? 0 : replaced.bytes();
  }

  /**
   * Writes the file anew where that is worth it, and lets go of what was read of it.
   *
   * @param stored what there is
   */
  public synchronized void end(Set<SnapshotId> stored) {
    int worthIt = Math.max(FEW, stored.size() / 16);
    if (file.isPresent() && fresh.size() > worthIt) {
      Map<SnapshotId, Sealed> all = new HashMap<>(inFile.isEmpty() ? read() : inFile);
      all.keySet().retainAll(stored);
      all.keySet().removeAll(fresh.keySet());
      int bytes = MAGIC.length + all.values().stream().mapToInt(Sealed::bytes).sum();
      int added = 0;
      for (Map.Entry<SnapshotId, Sealed> each : fresh.entrySet()) {
        if (stored.contains(each.getKey()) && bytes + each.getValue().bytes() <= MOST_BYTES) {
          all.put(each.getKey(), each.getValue());
          bytes += each.getValue().bytes();
          added++;
        }
      }
      if (added > worthIt) {
        write(file.get(), all, bytes);
      }
      fresh.clear();
      freshBytes = 0;
    }
    release();
  }

  /** Lets go of what was read of the file. */
  public synchronized void release() {
    inFile = Map.of();
  }

  /** Of what was forgotten. */
  public synchronized void drop(SnapshotId id) {
    known.remove(id);
    drop(fresh.remove(id));
  }

  private Map<SnapshotId, Sealed> read() {
    if (file.isEmpty()) {
      return Map.of();
    }
    try {
      if (Files.size(file.get()) > 2L * MOST_BYTES) {
        return Map.of(); // not written by us
      }
      return parse(ByteBuffer.wrap(Files.readAllBytes(file.get())));
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (IOException | BufferUnderflowException | IllegalArgumentException e) {
      LOG.log(Level.DEBUG, "copies of manifests not readable, going on without them", e);
      return Map.of();
    }
  }

  private static Map<SnapshotId, Sealed> parse(ByteBuffer in) {
    byte[] magic = new byte[MAGIC.length];
    in.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new IllegalArgumentException("another format");
    }
    Map<SnapshotId, Sealed> copies = new HashMap<>();
    while (in.hasRemaining()) {
      if (in.remaining() < HEAD_BYTES) {
        throw new IllegalArgumentException("cut off");
      }
      byte[] id = new byte[ID_CHARS];
      in.get(id);
      Hash256 stored = Hash256.read(in);
      int length = in.getInt();
      if (length < 0 || length > in.remaining()) {
        throw new IllegalArgumentException("cut off");
      }
      copies.put(
          SnapshotId.parse(new String(id, StandardCharsets.US_ASCII)),
          new Sealed(stored, in.slice(in.position(), length)));
      in.position(in.position() + length);
    }
    return copies;
  }

  private static void write(Path file, Map<SnapshotId, Sealed> copies, int bytes) {
    ByteBuffer out = ByteBuffer.allocate(bytes);
    out.put(MAGIC);
    copies.forEach((id, copy) -> {
      out.put(id.toString().getBytes(StandardCharsets.US_ASCII));
      copy.stored.write(out);
      out.putInt(copy.document.remaining());
      out.put(copy.document.duplicate());
    });
    try {
      PrivateFiles.write(file, out.array());
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "cache not writable, going on without it", e);
    }
  }
}
