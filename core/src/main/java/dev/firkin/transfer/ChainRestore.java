package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.model.Manifest;
import dev.firkin.sendstream.SubvolumeUuid;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Restores a snapshot and what it is based on, oldest first, skipping what was received. */
public final class ChainRestore {
  private final StreamRestore streams;
  private final Receiver receiver;

  public ChainRestore(StreamRestore streams, Receiver receiver) {
    this.streams = streams;
    this.receiver = receiver;
  }

  /** Told of each snapshot, for people to see. */
  public interface Listener {
    void begins(Manifest manifest, int number, int of);

    void received(Manifest manifest);
  }

  /**
   * The snapshots that would be received, first to last; none if the receiver has it.
   *
   * @throws dev.firkin.repository.BrokenChainException if a parent is missing
   */
  public List<Manifest> plan(Catalog catalog, Manifest wanted) throws FirkinException {
    Set<SubvolumeUuid> received = receiver.received(catalog);
    Optional<SubvolumeUuid> uuid = wanted.stream().uuid();
    if (uuid.isPresent() && received.contains(uuid.get())) {
      return List.of();
    }
    return catalog.chain(wanted, received);
  }

  /**
   * Receives the planned snapshots. After a failure those before are complete, and the same call
   * goes on behind them.
   */
  public void run(List<Manifest> plan, Listener listener)
      throws FirkinException, InterruptedException {
    streams.requireReadable(plan);
    int number = 0;
    for (Manifest manifest : plan) {
      number++;
      listener.begins(manifest, number, plan.size());
      try (Receiver.Reception reception = receiver.begin(manifest)) {
        write(manifest, reception);
        reception.finish();
      }
      listener.received(manifest);
    }
  }

  private void write(Manifest manifest, Receiver.Reception reception)
      throws FirkinException, InterruptedException {
    try {
      streams.write(manifest, reception.stream());
    } catch (ReceiverException e) {
      // A broken pipe is the symptom; what the receiver says of itself is the cause.
      try {
        reception.finish();
      } catch (FirkinException cause) {
        cause.addSuppressed(e);
        throw cause;
      }
      throw e;
    }
  }
}
