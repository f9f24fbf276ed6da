package dev.firkin.repository.local;

import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
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

/**
 * Manifests that this host has opened: their sealed documents in one file of the state folder, so
 * that thousands of them need not be decrypted one by one each time; and what this process has read
 * already. A cache: a copy counts for an object of the same length alone, its seal is checked as
 * that of the object would be, and a file that is missing, damaged or not to be written costs time
 * and nothing else. Thread-safe.
 *
 * <p>Memory: that of the manifests, and while they are read at most {@value #MOST_BYTES} bytes.
 */
public final class ManifestCopies {
  private static final Logger LOG = System.getLogger(ManifestCopies.class.getName());
  private static final byte[] MAGIC = "FKCOPY1\n".getBytes(StandardCharsets.US_ASCII);

  private static final int MOST_BYTES = 32 << 20;

  /** Larger ones are few, and name many pages; their own files do. */
  private static final int LARGEST = 32 << 10;

  /** So few that are missing in the file are opened one by one rather than all written anew. */
  private static final int FEW = 32;

  private final Optional<Path> file;
  private final Map<SnapshotId, Known> known = new HashMap<>();
  private final Map<SnapshotId, Sealed> fresh = new HashMap<>();
  private Map<SnapshotId, Sealed> inFile = Map.of();

  /** A manifest whose seal was found right. */
  private record Known(long storedBytes, Manifest manifest) {}

  /** A document, from position to limit. */
  private record Sealed(long storedBytes, ByteBuffer document) {}

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

  /** The sealed document of an object of this length, to be checked. */
  public synchronized Optional<byte[]> sealed(SnapshotId id, long storedBytes) {
    return Optional.ofNullable(inFile.get(id))
        .filter(copy -> copy.storedBytes == storedBytes)
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
   */
  public synchronized void add(Manifest manifest, long storedBytes, byte[] document) {
    if (file.isEmpty()) {
      return;
    }
    known.put(manifest.id(), new Known(storedBytes, manifest));
    Sealed copy = inFile.get(manifest.id());
    boolean there = copy != null && copy.storedBytes == storedBytes;
    if (!there && document.length <= LARGEST) {
      fresh.put(manifest.id(), new Sealed(storedBytes, ByteBuffer.wrap(document)));
    }
  }

  /**
   * Writes the file anew where that is worth it, and lets go of what was read of it.
   *
   * @param stored what there is, and how long each object is
   */
  public synchronized void end(Map<SnapshotId, Long> stored) {
    if (file.isPresent() && fresh.size() > Math.max(FEW, stored.size() / 16)) {
      Map<SnapshotId, Sealed> all = new HashMap<>(inFile.isEmpty() ? read() : inFile);
      all.putAll(fresh);
      all.entrySet()
          .removeIf(
              copy -> !Long.valueOf(copy.getValue().storedBytes).equals(stored.get(copy.getKey())));
      write(file.get(), all);
      fresh.clear();
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
    fresh.remove(id);
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
      byte[] id = new byte[64];
      in.get(id);
      long storedBytes = in.getLong();
      int length = in.getInt();
      if (length < 0 || length > in.remaining()) {
        throw new IllegalArgumentException("cut off");
      }
      copies.put(
          SnapshotId.parse(new String(id, StandardCharsets.US_ASCII)),
          new Sealed(storedBytes, in.slice(in.position(), length)));
      in.position(in.position() + length);
    }
    return copies;
  }

  private static void write(Path file, Map<SnapshotId, Sealed> copies) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.write(MAGIC);
      for (Map.Entry<SnapshotId, Sealed> copy : copies.entrySet()) {
        ByteBuffer document = copy.getValue().document;
        if (bytes.size() + document.remaining() > MOST_BYTES) {
          break;
        }
        out.write(copy.getKey().toString().getBytes(StandardCharsets.US_ASCII));
        out.writeLong(copy.getValue().storedBytes);
        out.writeInt(document.remaining());
        out.write(
            document.array(), document.arrayOffset() + document.position(), document.remaining());
      }
      PrivateFiles.write(file, bytes.toByteArray());
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "cache not writable, going on without it", e);
    }
  }
}
