package dev.firkin.repository.local;

import dev.firkin.chunk.ChunkId;
import dev.firkin.chunk.Hash256;
import dev.firkin.repository.model.Added;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.ChunkRun.References;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.PageId;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.repository.model.Source;
import dev.firkin.repository.model.StreamInfo;
import dev.firkin.sendstream.SubvolumeUuid;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Manifests in few bytes that are read fast: thousands of JSON documents take seconds at the start
 * of a program. For files that do not leave the host, so it may change with {@link #LAYOUT}:
 * numbers are big-endian, of 4 or 8 bytes; a text is its length and its UTF-8; a list its length
 * and its members.
 */
final class ManifestRecords {
  /**
   * Goes up with each change of what {@link #write} makes of a manifest, and of what a manifest is:
   * what lies on hosts in another layout is read anew.
   */
  static final int LAYOUT = 3;

  private ManifestRecords() {}

  static byte[] write(Manifest manifest) {
    Out out = new Out();
    out.text(manifest.name().volume());
    out.text(manifest.name().name());
    writeStream(out, manifest.stream());
    writeRun(out, manifest.commands());
    writeRun(out, manifest.data());
    writeSource(out, manifest.source());
    out.number(manifest.added().chunks());
    out.number(manifest.added().plaintextBytes());
    out.number(manifest.added().storedBytes());
    return out.bytes.toByteArray();
  }

  /**
   * @param in at a record, whose end is the buffer's
   * @throws IllegalArgumentException if it is no record
   */
  static Manifest read(ByteBuffer in, RepositoryId repository, SnapshotId id) {
    try {
      Manifest manifest =
          new Manifest(
              repository,
              id,
              new SnapshotName(text(in), text(in)),
              readStream(in),
              readRun(in),
              readRun(in),
              readSource(in),
              new Added(in.getLong(), in.getLong(), in.getLong()));
      if (in.hasRemaining()) {
        throw new IllegalArgumentException("more than a manifest");
      }
      return manifest;
    } catch (BufferUnderflowException | DateTimeException e) {
      throw new IllegalArgumentException("no manifest", e);
    }
  }

  private static void writeStream(Out out, StreamInfo stream) {
    switch (stream.kind()) {
      case StreamInfo.Kind.Opaque opaque -> out.count(0);
      case StreamInfo.Kind.Btrfs btrfs -> {
        out.count(btrfs.version());
        out.count(btrfs.subvolumes().size());
        for (StreamInfo.Subvolume subvolume : btrfs.subvolumes()) {
          out.text(subvolume.name());
          out.uuid(subvolume.uuid());
          out.number(subvolume.ctransid());
          out.flag(subvolume.parent().isPresent());
          if (subvolume.parent().isPresent()) {
            out.uuid(subvolume.parent().get().uuid());
            out.number(subvolume.parent().get().ctransid());
          }
        }
      }
    }
    out.number(stream.bytes());
    out.hash(stream.sha256());
  }

  private static StreamInfo readStream(ByteBuffer in) {
    int version = in.getInt();
    StreamInfo.Kind kind = new StreamInfo.Kind.Opaque();
    if (version != 0) {
      int count = count(in);
      List<StreamInfo.Subvolume> subvolumes = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        subvolumes.add(
            new StreamInfo.Subvolume(
                text(in),
                uuid(in),
                in.getLong(),
                flag(in)
                    ? Optional.of(new StreamInfo.Parent(uuid(in), in.getLong()))
                    : Optional.empty()));
      }
      kind = new StreamInfo.Kind.Btrfs(version, subvolumes);
    }
    return new StreamInfo(kind, in.getLong(), Hash256.read(in));
  }

  private static void writeRun(Out out, ChunkRun run) {
    out.number(run.bytes());
    out.number(run.chunks());
    out.number(run.storedBytes());
    switch (run.references()) {
      case References.Inline inline -> {
        out.flag(true);
        out.count(inline.refs().size());
        for (ChunkRef ref : inline.refs()) {
          out.hash(ref.id().hash());
          out.count(ref.plaintextBytes());
          out.count(ref.storedBytes());
        }
      }
      case References.Paged paged -> {
        out.flag(false);
        out.count(paged.pages().size());
        paged.pages().forEach(page -> out.hash(page.hash()));
      }
    }
  }

  private static ChunkRun readRun(ByteBuffer in) {
    return new ChunkRun(in.getLong(), in.getLong(), in.getLong(), readReferences(in));
  }

  private static References readReferences(ByteBuffer in) {
    boolean inline = flag(in);
    int count = count(in);
    if (inline) {
      List<ChunkRef> refs = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        refs.add(new ChunkRef(new ChunkId(Hash256.read(in)), in.getInt(), in.getInt()));
      }
      return new References.Inline(refs);
    }
    List<PageId> pages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pages.add(new PageId(Hash256.read(in)));
    }
    return new References.Paged(pages);
  }

  private static void writeSource(Out out, Source source) {
    out.text(source.host());
    out.flag(source.path().isPresent());
    source.path().ifPresent(out::text);
    out.flag(source.takenAt().isPresent());
    source.takenAt().ifPresent(out::time);
    out.time(source.startedAt());
    out.time(source.committedAt());
    out.count(source.sendOptions().size());
    source.sendOptions().forEach(out::text);
    out.text(source.tool());
  }

  private static Source readSource(ByteBuffer in) {
    String host = text(in);
    Optional<String> path = flag(in) ? Optional.of(text(in)) : Optional.empty();
    Optional<Instant> takenAt = flag(in) ? Optional.of(time(in)) : Optional.empty();
    Instant startedAt = time(in);
    Instant committedAt = time(in);
    int count = count(in);
    List<String> options = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      options.add(text(in));
    }
    return new Source(host, path, takenAt, startedAt, committedAt, options, text(in));
  }

  private static String text(ByteBuffer in) {
    byte[] utf8 = new byte[count(in)];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static SubvolumeUuid uuid(ByteBuffer in) {
    return new SubvolumeUuid(in.getLong(), in.getLong());
  }

  private static Instant time(ByteBuffer in) {
    long seconds = in.getLong();
    int nanos = in.getInt();
    if (nanos < 0 || nanos >= 1_000_000_000) {
      throw new IllegalArgumentException("no time");
    }
    return Instant.ofEpochSecond(seconds, nanos);
  }

  private static boolean flag(ByteBuffer in) {
    return in.get() != 0;
  }

  /** Of what takes a byte at the least, so that no length makes more room than there are bytes. */
  private static int count(ByteBuffer in) {
    int count = in.getInt();
    if (count < 0 || count > in.remaining()) {
      throw new IllegalArgumentException("no manifest");
    }
    return count;
  }

  /** Grows. */
  private static final class Out {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    void flag(boolean value) {
      bytes.write(value ? 1 : 0);
    }

    void count(int value) {
      bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    void number(long value) {
      bytes.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    void text(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      count(utf8.length);
      bytes.writeBytes(utf8);
    }

    void hash(Hash256 hash) {
      bytes.writeBytes(hash.toBytes());
    }

    void uuid(SubvolumeUuid uuid) {
      bytes.writeBytes(uuid.toBytes());
    }

    void time(Instant time) {
      number(time.getEpochSecond());
      count(time.getNano());
    }
  }
}
