package dev.firkin.repository.local;

import dev.firkin.chunk.Hash256;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.v1.ManifestFormat;
import dev.firkin.repository.v1.Seal;
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
 * Manifests that this host has opened: in one file of the state folder, so that thousands of them
 * need not be read, decrypted and parsed one by one each time; and what this process has read
 * already. The file is sealed as a whole, with the key that manifests are sealed with. A record
 * counts for the very copy of an object that it was read from, as long as that is in its place, and
 * a file that is missing, damaged or not to be written costs time and nothing else. Thread-safe.
 *
 * <p>Memory: that of the manifests, and while they are read at most three times {@value
 * #MOST_BYTES} bytes.
 */
public final class ManifestCopies {
  private static final Logger LOG = System.getLogger(ManifestCopies.class.getName());
  private static final byte[] MAGIC = "FKCOPY3\n".getBytes(StandardCharsets.US_ASCII);

  /**
   * For what the file is sealed: a file by other versions of the program is none where they
   * understood more or less of a manifest. No object has this key.
   */
  private static final String PURPOSE =
      "copies of manifests, layout %d, format %d"
          .formatted(ManifestRecords.LAYOUT, ManifestFormat.VERSION);

  /** Before each record: its id, the stamp of the copy, and its length. */
  private static final int HEAD_BYTES = Hash256.BYTES + 3 * Long.BYTES + Integer.BYTES;

  private static final int MOST_BYTES = 16 << 20;

  /** Larger ones are few, and name many pages; their own files do. */
  private static final int LARGEST = 32 << 10;

  /** So few that are missing in the file are opened one by one rather than all written anew. */
  private static final int FEW = 32;

  private final Optional<Path> file;
  private final Map<SnapshotId, Known> known = new HashMap<>();
  private final Map<SnapshotId, Entry> fresh = new HashMap<>();
  private int freshBytes;
  private Map<SnapshotId, Entry> inFile = Map.of();

  /** A manifest whose seal was found right. */
  private record Known(long storedBytes, Manifest manifest) {}

  /**
   * A manifest in the file.
   *
   * @param copy of the copy of the object that it was read from
   * @param bytes from position to limit
   */
  private record Entry(FileStamp copy, ByteBuffer bytes) {
    /** With what is before it. */
    int length() {
      return HEAD_BYTES + bytes.remaining();
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
   * Reads the file: {@link #find} tells what is in it, until {@link #end} or {@link #release}.
   *
   * @param seal that manifests are sealed with
   */
  public synchronized void begin(Seal seal) {
    inFile = read(seal);
  }

  /**
   * The manifest in the copy of an object.
   *
   * @param copy as it is now
   */
  public Optional<Manifest> find(RepositoryId repository, SnapshotId id, FileStamp copy) {
    Optional<Entry> entry = inFile(id).filter(r -> r.copy.equals(copy));
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    try {
      Manifest manifest = ManifestRecords.read(entry.get().bytes.duplicate(), repository, id);
      know(manifest, copy.bytes());
      return Optional.of(manifest);
    } catch (IllegalArgumentException e) {
      LOG.log(Level.DEBUG, "passing over a copy that was opened", e);
      return Optional.empty();
    }
  }

  private synchronized Optional<Entry> inFile(SnapshotId id) {
    return Optional.ofNullable(inFile.get(id));
  }

  private synchronized void know(Manifest manifest, long storedBytes) {
    known.put(manifest.id(), new Known(storedBytes, manifest));
  }

  /**
   * Takes note of a manifest whose seal was found right.
   *
   * @param copy of the file that it was read from or written to; if there is none it is known to
   *     this process alone
   * @param storedBytes length of its object
   */
  public synchronized void add(Manifest manifest, long storedBytes, Optional<FileStamp> copy) {
    if (file.isEmpty()) {
      return;
    }
    know(manifest, storedBytes);
    drop(fresh.remove(manifest.id()));
    if (copy.isPresent() && pages(manifest) * Hash256.BYTES <= LARGEST) {
      byte[] bytes = ManifestRecords.write(manifest);
      Entry entry = new Entry(copy.get(), ByteBuffer.wrap(bytes));
      if (bytes.length <= LARGEST && freshBytes + entry.length() <= MOST_BYTES) {
        fresh.put(manifest.id(), entry);
        freshBytes += entry.length();
      }
    }
  }

  private static long pages(Manifest manifest) {
    return (manifest.commands().chunks() + manifest.data().chunks()) / ChunkRun.PAGE_REFS;
  }

  private void drop(@Nullable Entry replaced) {
    freshBytes -= replaced == null ? 0 : replaced.length();
  }

  /**
   * Writes the file anew where that is worth it, and lets go of what was read of it.
   *
   * @param seal that manifests are sealed with
   * @param stored what there is
   */
  public synchronized void end(Seal seal, Set<SnapshotId> stored) {
    int worthIt = Math.max(FEW, stored.size() / 16);
    if (file.isPresent() && fresh.size() > worthIt) {
      Map<SnapshotId, Entry> all = new HashMap<>(inFile.isEmpty() ? read(seal) : inFile);
      all.keySet().retainAll(stored);
      all.keySet().removeAll(fresh.keySet());
      int bytes = all.values().stream().mapToInt(Entry::length).sum();
      int added = 0;
      for (Map.Entry<SnapshotId, Entry> each : fresh.entrySet()) {
        if (stored.contains(each.getKey()) && bytes + each.getValue().length() <= MOST_BYTES) {
          all.put(each.getKey(), each.getValue());
          bytes += each.getValue().length();
          added++;
        }
      }
      if (added > worthIt) {
        write(file.get(), seal, all, bytes);
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

  private Map<SnapshotId, Entry> read(Seal seal) {
    if (file.isEmpty()) {
      return Map.of();
    }
    try {
      if (Files.size(file.get()) > MAGIC.length + Hash256.BYTES + MOST_BYTES) {
        return Map.of(); // not written by us
      }
      return parse(seal, ByteBuffer.wrap(Files.readAllBytes(file.get())));
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (IOException | BufferUnderflowException | IllegalArgumentException e) {
      LOG.log(Level.DEBUG, "copies of manifests not readable, going on without them", e);
      return Map.of();
    }
  }

  private static Map<SnapshotId, Entry> parse(Seal seal, ByteBuffer in) {
    byte[] magic = new byte[MAGIC.length];
    in.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new IllegalArgumentException("another format");
    }
    Hash256 sealed = Hash256.read(in);
    if (!seal.ofLocal(PURPOSE, in).equals(sealed)) {
      throw new IllegalArgumentException("damaged, or not ours");
    }
    return split(in);
  }

  private static Map<SnapshotId, Entry> split(ByteBuffer in) {
    Map<SnapshotId, Entry> copies = new HashMap<>();
    while (in.hasRemaining()) {
      SnapshotId id = new SnapshotId(Hash256.read(in));
      FileStamp copy = new FileStamp(in.getLong(), in.getLong(), in.getLong());
      int length = in.getInt();
      if (length < 0 || length > in.remaining()) {
        throw new IllegalArgumentException("cut off");
      }
      copies.put(id, new Entry(copy, in.slice(in.position(), length)));
      in.position(in.position() + length);
    }
    return copies;
  }

  private static void write(Path file, Seal seal, Map<SnapshotId, Entry> copies, int bytes) {
    ByteBuffer out = ByteBuffer.allocate(MAGIC.length + Hash256.BYTES + bytes);
    ByteBuffer records = out.slice(MAGIC.length + Hash256.BYTES, bytes);
    copies.forEach((id, entry) -> {
      id.hash().write(records);
      records.putLong(entry.copy.bytes()).putLong(entry.copy.modified());
      records.putLong(entry.copy.inode()).putInt(entry.bytes.remaining());
      records.put(entry.bytes.duplicate());
    });
    out.put(MAGIC).put(seal.ofLocal(PURPOSE, records.flip()).toBytes());
    try {
      PrivateFiles.write(file, out.array());
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "cache not writable, going on without it", e);
    }
  }
}
