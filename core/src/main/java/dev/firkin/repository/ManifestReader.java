package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.codec.Codec;
import dev.firkin.codec.CodecException;
import dev.firkin.crypt.ContentHash;
import dev.firkin.crypt.NoMatchingIdentityException;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.v1.FormatException;
import dev.firkin.repository.v1.ManifestFormat;
import dev.firkin.repository.v1.NewerFormatException;
import dev.firkin.repository.v1.Seal;
import java.nio.ByteBuffer;

/** Stored bytes to manifests, wherever they come from: nothing unproven gets out. Thread-safe. */
record ManifestReader(RepositoryId repository, ContentHash ids, Codec codec, Seal seal) {
  /** Of an object's bytes, proven by its seal. */
  Manifest decode(SnapshotId id, byte[] stored) throws FirkinException {
    return parse(id, unwrap(id, stored));
  }

  private byte[] unwrap(SnapshotId id, byte[] stored) throws FirkinException {
    try {
      return codec.decode(ByteBuffer.wrap(stored), ManifestFormat.MAX_BYTES);
    } catch (CodecException | NoMatchingIdentityException e) {
      throw forged(id, e);
    }
  }

  private Manifest parse(SnapshotId id, byte[] sealed) throws FirkinException {
    try {
      Manifest manifest = ManifestFormat.read(sealed, id, repository, seal);
      if (!ids.of(manifest.identity().toBytes()).equals(id.hash())) {
        throw new FormatException("manifest " + id + " is not of the snapshot it names");
      }
      return manifest;
    } catch (NewerFormatException e) {
      throw e;
    } catch (FormatException e) {
      throw forged(id, e);
    }
  }

  private static DamagedException forged(SnapshotId id, FirkinException e) {
    return new DamagedException(
        Snapshots.key(id).value(),
        "manifest " + id + " is damaged or forged and was not used: " + e.getMessage(),
        "run 'firkin verify'",
        e);
  }
}
