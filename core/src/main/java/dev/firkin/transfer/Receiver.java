package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.model.Manifest;
import dev.firkin.sendstream.SubvolumeUuid;
import java.io.OutputStream;
import java.util.Set;

/** Takes the snapshots of a chain, e.g. a btrfs file system through {@code btrfs receive}. */
public interface Receiver {
  /**
   * What is there already, and still what it was, by the uuid that deltas name their parents with.
   *
   * @param stored what the repository has
   */
  Set<SubvolumeUuid> received(Catalog stored) throws FirkinException;

  /** Begins to receive one snapshot. */
  Reception begin(Manifest manifest) throws FirkinException;

  /** One snapshot on its way in. */
  interface Reception extends AutoCloseable {
    OutputStream stream();

    /**
     * Waits for the receiver and proves that the snapshot is there, whole.
     *
     * @throws FirkinException if it is not
     */
    void finish() throws FirkinException, InterruptedException;

    /** Ends the receiver; without {@link #finish} before, removes what is provably partial. */
    @Override
    void close() throws FirkinException;
  }
}
