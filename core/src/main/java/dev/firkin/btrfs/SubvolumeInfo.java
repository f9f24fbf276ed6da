package dev.firkin.btrfs;

import dev.firkin.sendstream.StreamPath;
import dev.firkin.sendstream.SubvolumeUuid;
import java.time.Instant;
import java.util.Optional;

/**
 * What the kernel knows about a subvolume.
 *
 * @param id of its tree
 * @param containingId of the subvolume that it lies in; 0 for the top level
 * @param name its directory entry there; empty for the top level
 * @param readOnly now
 * @param uuid its own
 * @param parentUuid of the subvolume it is a snapshot of
 * @param receivedUuid the stream UUID that it was received as
 * @param generation of the last change to its tree
 * @param ctransid of its last change; also raised by making a snapshot in it, or by deduplication
 *     inside it, so that it proves no change of content; and not by what the kernel restores of
 *     fsynced files after a crash, so that it proves no lack of one
 * @param otransid of its creation
 * @param stransid the ctransid of the sent subvolume; 0 where it was not received
 * @param rtransid of the end of the receive; stays where the received UUID is cleared
 * @param created when
 */
public record SubvolumeInfo(
    long id,
    long containingId,
    StreamPath name,
    boolean readOnly,
    SubvolumeUuid uuid,
    Optional<SubvolumeUuid> parentUuid,
    Optional<SubvolumeUuid> receivedUuid,
    long generation,
    long ctransid,
    long otransid,
    long stransid,
    long rtransid,
    Instant created) {

  /** What {@code btrfs send} calls this subvolume. */
  public SubvolumeUuid streamUuid() {
    return receivedUuid.orElse(uuid);
  }

  /**
   * Why this subvolume must not be the parent of a delta, where that can be proven.
   *
   * <p>Provable: it is writable now; or it was received, and {@code btrfs property set -f} made it
   * writable later, which clears the received UUID but leaves {@link #rtransid}. Not provable, for
   * the kernel keeps no trace: that a snapshot made here was writable for a while, or that a
   * received one was made writable by other means, which keep its received UUID. Its ctransid does
   * not tell: what a receive wrote may reach the disk after its rtransid.
   */
  public Optional<String> unsafeAsParent() {
    if (!readOnly) {
      return Optional.of(
          receivedUuid.isPresent()
              ? "it was received and then made writable"
              : "it is not read-only");
    }
    if (receivedUuid.isEmpty() && rtransid != 0) {
      return Optional.of("it was received, then made writable by force, and may have changed");
    }
    return Optional.empty();
  }

  /**
   * Why this subvolume must not be the parent of a delta, where that can be proven, or where it is
   * not known to be what was sent then.
   *
   * <p>As {@link #unsafeAsParent()}; and it was written to since, whether or not it is read-only
   * now, with the received UUID or without. Deduplication inside it counts as such, for the kernel
   * does not tell the two apart. That it was writable and nothing was written leaves no trace, and
   * does no harm.
   *
   * @param sentCtransid the ctransid that it had when it was sent, by the stream
   */
  public Optional<String> unsafeAsParent(long sentCtransid) {
    return unsafeAsParent()
        .or(() ->
            ctransid == sentCtransid
                ? Optional.empty()
                : Optional.of(
                    "it was changed, or deduplicated, since it was sent (its last change is of"
                        + " transaction "
                        + ctransid
                        + ", and was of "
                        + sentCtransid
                        + " then)"));
  }

  /**
   * Whether something was written to this snapshot after it was taken: it was writable, or data in
   * it was deduplicated. Always false for what was received, which is written to while it is made.
   */
  public boolean writtenToSinceTaken() {
    return parentUuid.isPresent() && receivedUuid.isEmpty() && rtransid == 0 && ctransid > otransid;
  }
}
