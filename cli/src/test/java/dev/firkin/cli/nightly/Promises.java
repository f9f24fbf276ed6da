package dev.firkin.cli.nightly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.chunk.Hash256;
import dev.firkin.repository.Chains;
import dev.firkin.repository.Repository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.transfer.RestoreProgress;
import dev.firkin.transfer.StreamRestore;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What was pushed, and what of it can be asked for because nobody has forgotten it. */
final class Promises {
  private final Map<SnapshotId, Hash256> pushed = new HashMap<>();
  private final Set<SnapshotId> promised = new HashSet<>();

  /** A push of this stream begins. */
  void begun(SnapshotId id, byte[] stream) {
    pushed.put(id, Hash256.of(sha256().digest(stream)));
  }

  /** A push said that it is stored. */
  void stored(SnapshotId id) {
    promised.add(id);
  }

  /** It is about to be forgotten, or at least to be tried. */
  void forgotten(SnapshotId id) {
    promised.remove(id);
  }

  /** All of it is there, and whatever is there can be restored as it was pushed. */
  void check(Repository owner, Summary summary) throws Exception {
    List<Manifest> there = owner.snapshots(ObjectCache.none()).load().manifests();
    Chains chains = Chains.of(there);
    Set<SnapshotId> ids = new HashSet<>();
    for (Manifest manifest : there) {
      ids.add(manifest.id());
      assertTrue(chains.restorable(manifest), () -> manifest.name() + " has no parent any more");
      summary.longestChain = Math.max(summary.longestChain, chains.length(manifest));
      MessageDigest restored = sha256();
      new StreamRestore(owner, 1, new RestoreProgress())
          .write(manifest, new DigestOutputStream(OutputStream.nullOutputStream(), restored));
      assertEquals(
          pushed.get(manifest.id()),
          Hash256.of(restored.digest()),
          () -> manifest.name() + " is not what was pushed");
      summary.restored++;
    }
    assertTrue(ids.containsAll(promised), "a snapshot that was stored is gone");
    summary.mostKept = Math.max(summary.mostKept, there.size());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
