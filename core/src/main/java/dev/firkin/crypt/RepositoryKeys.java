package dev.firkin.crypt;

import dev.firkin.chunk.FastCdcChunker;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What follows from the repository secret: the hashes for ids and seals, the gear table, the
 * metadata identity and the fingerprint. Source: {@code docs/format.md}, sections 5 and 9.
 *
 * <p>Immutable and thread-safe.
 */
public final class RepositoryKeys {
  private final ContentHash chunkIds;
  private final ContentHash pageIds;
  private final ContentHash snapshotIds;
  private final ContentHash seals;
  private final long[] gear;
  private final Optional<AgeIdentity> metadataIdentity;
  private final String fingerprint;

  private RepositoryKeys(
      ContentHash chunkIds,
      ContentHash pageIds,
      ContentHash snapshotIds,
      ContentHash seals,
      long[] gear,
      Optional<AgeIdentity> metadataIdentity,
      String fingerprint) {
    this.chunkIds = chunkIds;
    this.pageIds = pageIds;
    this.snapshotIds = snapshotIds;
    this.seals = seals;
    this.gear = gear;
    this.metadataIdentity = metadataIdentity;
    this.fingerprint = fingerprint;
  }

  /** The keys of an encrypted repository. */
  public static RepositoryKeys derive(RepositorySecret secret, byte[] repositoryId) {
    byte[] input = secret.copyBytes();
    try {
      return new RepositoryKeys(
          keyed(repositoryId, input, "firkin/v1/chunk-id"),
          keyed(repositoryId, input, "firkin/v1/page-id"),
          keyed(repositoryId, input, "firkin/v1/snapshot-id"),
          keyed(repositoryId, input, "firkin/v1/seal"),
          gear(repositoryId, input),
          Optional.of(
              AgeIdentity.ofScalar(
                  Hkdf.derive(repositoryId, input, "firkin/v1/metadata-identity", 32))),
          HexFormat.of().formatHex(Hkdf.derive(repositoryId, input, "firkin/v1/fingerprint", 8)));
    } finally {
      Arrays.fill(input, (byte) 0);
    }
  }

  /** The keys, which are none, of a repository without encryption. */
  public static RepositoryKeys plain() {
    return new RepositoryKeys(
        ContentHash.plain(new byte[0]),
        ContentHash.plain("firkin/v1/page\n".getBytes(StandardCharsets.US_ASCII)),
        ContentHash.plain("firkin/v1/snapshot\n".getBytes(StandardCharsets.US_ASCII)),
        ContentHash.plain(new byte[0]),
        gear(new byte[0], new byte[RepositorySecret.BYTES]),
        Optional.empty(),
        "none");
  }

  public ContentHash chunkIds() {
    return chunkIds;
  }

  public ContentHash pageIds() {
    return pageIds;
  }

  public ContentHash snapshotIds() {
    return snapshotIds;
  }

  public ContentHash seals() {
    return seals;
  }

  /** A copy of the {@value FastCdcChunker#GEAR_WORDS} words that cut points depend on. */
  public long[] gear() {
    return gear.clone();
  }

  /** Reads manifests and pages, and no chunk; empty in a repository without encryption. */
  public Optional<AgeIdentity> metadataIdentity() {
    return metadataIdentity;
  }

  /** 16 hexadecimal digits for people to compare; the same only for the same secret. */
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public String toString() {
    return "RepositoryKeys[" + fingerprint + "]";
  }

  private static ContentHash keyed(byte[] salt, byte[] input, String info) {
    byte[] key = Hkdf.derive(salt, input, info, 32);
    try {
      return ContentHash.keyed(key);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static long[] gear(byte[] salt, byte[] input) {
    long[] gear = new long[FastCdcChunker.GEAR_WORDS];
    ByteBuffer.wrap(Hkdf.derive(salt, input, "firkin/v1/gear", gear.length * Long.BYTES))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asLongBuffer()
        .get(gear);
    return gear;
  }
}
