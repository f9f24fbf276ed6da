package dev.firkin.store.decorator;

import dev.firkin.store.StoreException;
import java.time.Duration;

/**
 * Is told, once per outage and not once per thread, that the store cannot be reached and that it is
 * back. Called on the threads that use the store, one at a time; returns quickly.
 */
public interface OutageListener {

  /**
   * The store has not answered anyone for a while.
   *
   * @param since how long that is
   * @param why what the latest attempt failed with
   */
  void unreachable(Duration since, StoreException why);

  /** A call succeeded again; only after {@link #unreachable}. */
  void back(Duration outage);

  /** Tells nobody. */
  static OutageListener silent() {
    return new OutageListener() {
      @Override
      public void unreachable(Duration since, StoreException why) {}

      @Override
      public void back(Duration outage) {}
    };
  }
}
